/** Models on two backends in one thread, called in turns: the results of each are bit for bit those of the model alone. */
import { NoBackendError } from '@albert-web/backends';
import { backendNames, type BackendName } from '@albert-web/core';
import { backendUnderTest, goldenVocabulary, readFixture, testWasmFiles } from '@albert-web/testing';
import { expect, it } from 'vitest';
import type { Albert } from '../albert.ts';
import { load } from '../load.ts';

/** Calls of every kind, by the golden model that supports them. */
const calls: Readonly<Record<string, (model: Albert) => Promise<unknown>>> = {
  'default-sequence': async (model) => [
    await model.paraphrases(
      [
        ['w9 w10', 'w11'],
        ['w9', 'w12 w13 w14'],
      ],
      { everyLayer: true },
    ),
    await model.classify(['w9', 'w10 w11'], { earlyExit: { patience: 1 } }),
    await model.embed(['w9 w10 w11']),
    await model.embedTokens(['w9 w10']),
    await model.explain('w9 w10', 'w9 w11'),
  ],
  'default-mlm': (model) => model.fillMask('w9 [MASK] w10'),
  'default-pretraining': async (model) => [await model.sentenceOrder('w9', 'w10'), await model.fillMask('w9 [MASK]')],
  'default-token': (model) => model.tag(['w9 w10 w11', 'w12']),
  'default-qa': (model) => model.answer('w9', 'w10 w11 w12 w13'),
  'default-choice': (model) => model.choose('w9', ['w10', 'w11 w12']),
};

/** Loads the golden model as files that a user dropped. Returns undefined if the backend is not available. */
async function open(name: string, backend: BackendName): Promise<Albert | undefined> {
  const files = [
    new File([await readFixture(`models/${name}/config.json`)], 'config.json'),
    new File([await readFixture(`models/${name}/model.safetensors`)], 'model.safetensors'),
    new File([goldenVocabulary], 'vocab.txt'),
  ];
  try {
    return await load(files, { backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
  } catch (error) {
    if (error instanceof NoBackendError) return undefined;
    throw error;
  }
}

const own = backendUnderTest();
/** Each pair is tested once, in the project of the backend that is tried first. Node tests `cpu`, and also has WebAssembly. */
const others: readonly BackendName[] = own === 'cpu' ? ['wasm'] : backendNames.slice(backendNames.indexOf(own) + 1);

it.for(others)(`${own} beside %s`, { timeout: 600_000 }, async (other, { skip }) => {
  for (const [name, call] of Object.entries(calls)) {
    const expected: unknown[] = [];
    for (const backend of [own, other]) {
      const alone = await open(name, backend);
      if (!alone) return skip(`${backend} does not start here`);
      expected.push(await call(alone));
      await alone.dispose();
    }
    const start = async (backend: BackendName): Promise<Albert> => {
      const model = await open(name, backend);
      if (!model) throw new Error(`${backend} was there and is gone`);
      return model;
    };
    const [first, second] = [await start(own), await start(other)];
    expect(await call(first), name).toEqual(expected[0]);
    expect(await call(second), name).toEqual(expected[1]);
    expect(await Promise.all([call(second), call(first)]), name).toEqual(expected.toReversed());
    await first.dispose();
    expect(await call(second), name).toEqual(expected[1]);
    const again = await start(own);
    await second.dispose();
    expect(await call(again), name).toEqual(expected[0]);
    await again.dispose();
  }
});
