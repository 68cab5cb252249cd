import { AlbertModel, readConfig } from '@albert-web/core';
import { readFixture, readFixtureJson, useBackendUnderTest } from '@albert-web/testing';
import { loadCheckpoint, openModel, parseSafetensors, weightReader } from '@albert-web/checkpoints';
import { beforeAll, expect, it } from 'vitest';
import { writeModelFiles } from './model-files.ts';

beforeAll(useBackendUnderTest);

/** The tolerance is the largest rounding error of a precision, relative to the largest weight. */
it.each([
  ['f32', 0],
  ['f16', 2 ** -11],
  ['q8', 1 / 254],
] as const)('a folder saved in %s loads with the same weights', async (precision, tolerance) => {
  const start = weightReader(parseSafetensors(await readFixture('training/model.safetensors')));
  using model = AlbertModel.load(readConfig(await readFixtureJson('training/config.json')), start);
  const written = await writeModelFiles(model, precision);
  const files = await openModel(Array.from(written, ([name, bytes]) => new File([bytes], name)));
  expect(readConfig(await files.readJson('config.json'))).toEqual(model.config);
  const again = weightReader(await loadCheckpoint(files));
  for (const name of ['embeddings.word_embeddings.weight', 'pooler.weight', 'classifier.weight', 'classifier.bias']) {
    const [before, after] = [start.float32(name), again.float32(name)];
    const largest = Math.max(...before.map(Math.abs));
    const difference = Math.max(...before.map((value, index) => Math.abs(value - (after[index] ?? NaN))));
    expect(difference, name).toBeLessThanOrEqual(1.001 * tolerance * largest);
  }
});

it('a pretrained model also stores the bias of its MLM head under the second name, which transformers reads', async () => {
  const folder = 'forms/safetensors-pretraining';
  const start = weightReader(parseSafetensors(await readFixture(`${folder}/model.safetensors`)));
  using model = AlbertModel.load(readConfig(await readFixtureJson(`${folder}/config.json`)), start);
  const written = await writeModelFiles(model);
  const { tensors } = parseSafetensors(written.get('model.safetensors') ?? new Uint8Array());
  expect(tensors.get('predictions.decoder.bias')?.bytes).toEqual(tensors.get('predictions.bias')?.bytes);
  expect(tensors.get('predictions.bias')?.shape).toEqual([model.config.vocab_size]);
});
