/** Early exit on the shipped models must stop at the depth that the verdicts of a full pass imply, with the verdict there. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidArgumentError } from '@albert-web/errors';
import { backendUnderTest, readFixtureJson, shippedModel, testWasmFiles } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Albert, LoadOptions, SentencePair } from '../index.ts';
import { load } from '../index.ts';

/** A model of this size takes minutes on an emulated GPU. There the small models of heads.test.ts must suffice. */
const emulated = backendUnderTest() === 'webgl' || backendUnderTest() === 'webgpu';
const options = { backend: 'wasm', precision: 'f32', probeTimeout: 60_000 } satisfies LoadOptions;

/** The definition: the first depth at which the verdicts after the last `patience + 1` layers agree. */
function settledAt(probabilities: readonly number[], patience: number): number {
  const labels = probabilities.map((probability) => probability >= 0.5);
  for (let depth = patience + 1; depth < labels.length; depth++) {
    const stood = labels.slice(depth - patience, depth + 1);
    if (stood.every((label) => label === labels[depth])) return depth;
  }
  return labels.length - 1;
}

describe.skipIf(emulated).each(['default', 'sentence'] as const)('early exit of weights/%s', (name) => {
  let pairs: SentencePair[];

  const withModel = async (use: (model: Albert) => Promise<void>): Promise<void> => {
    await using model = await load(shippedModel(name), { ...options, wasmFiles: testWasmFiles() });
    await use(model);
  };

  beforeAll(async () => {
    await tf.setBackend('cpu'); // tf.memory() needs a backend, whatever the model runs on.
    const golden = await readFixtureJson<{ pairs: { a: string; b: string }[] }>('cross-encoder/golden.json');
    pairs = golden.pairs.map(({ a, b }) => [a, b]);
  });

  it('stops each pair where its verdict settles, and returns the probability at that depth', async () => {
    await withModel(async (model) => {
      const whole = await model.paraphrases(pairs, { everyLayer: true });
      const last = model.info().config.num_hidden_layers;
      for (const patience of [1, 2, last]) {
        const stopped = await model.paraphrases(pairs, { earlyExit: { patience }, batchSize: 6 });
        whole.forEach(({ layers = [] }, index) => {
          const depth = settledAt(layers, patience);
          expect(stopped[index]?.depth, `${pairs[index]?.join(' | ')}, patience ${patience}`).toBe(depth);
          expect(stopped[index]?.probability).toBeCloseTo(layers[depth] ?? NaN, 4);
        });
      }
      const depths = (await model.paraphrases(pairs, { earlyExit: { patience: 1 } })).map(({ depth }) => depth);
      expect(Math.min(...depths.map((depth = 0) => depth))).toBeLessThan(last);
    });
  });

  it('ends at the requested depth, leaks no tensor, and stops when the signal is aborted', async () => {
    await withModel(async (model) => {
      const ask = () => model.paraphrases(pairs, { earlyExit: { patience: 4 }, depth: 3 });
      expect((await ask()).map(({ depth }) => depth)).toEqual(pairs.map(() => 3));
      const { numTensors, numBytes } = tf.memory();
      await ask();
      const aborted = model.paraphrases(pairs, { earlyExit: { patience: 1 }, signal: AbortSignal.abort() });
      await expect(aborted).rejects.toThrow(/abort/iu);
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    });
  });

  it.each([
    { earlyExit: { patience: 0 } },
    { earlyExit: { patience: 1.5 } },
    { earlyExit: { patience: 1 }, everyLayer: true },
  ])('rejects %j', async (refused) => {
    await withModel(async (model) => {
      await expect(model.paraphrase('one', 'two', refused)).rejects.toThrow(InvalidArgumentError);
    });
  });
});
