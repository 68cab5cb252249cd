import { parseSafetensors, quantizeCheckpoint, writeSafetensors } from '@albert-web/checkpoints';
import { readFixture } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { load } from '../index.ts';

it.each([
  ['f32', 'f32'],
  ['q8', 'q8'],
  ['q4', 'q8'],
] as const)('computes weights stored in %s in %s when the precision is auto', async (stored, precision) => {
  const folder = 'models/default-sequence';
  const plain = parseSafetensors(await readFixture(`${folder}/model.safetensors`), 'model.safetensors');
  const { checkpoint } = quantizeCheckpoint(plain, stored);
  const model = await load(
    [
      new File([await readFixture(`${folder}/config.json`)], 'config.json'),
      new File([writeSafetensors(checkpoint)], 'model.safetensors'),
      new File(['[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nw5'], 'vocab.txt'),
    ],
    { backend: 'wasm' },
  );
  expect(model.info()).toMatchObject({ backend: 'wasm', precision });
  await model.dispose();
});
