/** Compares the shipped pretrained model, in int8, with transformers' results for the same weights in float32. */
import { backendUnderTest, readFixtureJson, shippedModel, testWasmFiles } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Albert, LoadOptions } from './index.ts';
import { load } from './index.ts';

interface PretrainedGolden {
  readonly masked: { text: string; input_ids: number[]; pieces: number[]; probabilities: number[] }[];
  /** `inOrder` is the probability that the segments are in order, `swapped` the same for the swapped segments. */
  readonly orders: { first: string; second: string; inOrder: number; swapped: number }[];
}

/** A model of this size takes minutes on an emulated GPU. There the small models of heads.test.ts must suffice. */
const emulated = backendUnderTest() === 'webgl' || backendUnderTest() === 'webgpu';

describe.skipIf(emulated)('the pretrained model', () => {
  let golden: PretrainedGolden;

  beforeAll(async () => {
    golden = await readFixtureJson<PretrainedGolden>('pretrained/golden.json');
  });

  const withModel = async (options: LoadOptions, use: (model: Albert) => Promise<void>): Promise<void> => {
    await using model = await load(shippedModel('pretrained'), {
      backend: 'wasm',
      wasmFiles: testWasmFiles(),
      probeTimeout: 60_000,
      ...options,
    });
    await use(model);
  };

  /** Returns each pair of segments in both orders, with the probability that they are in order. */
  const orders = () =>
    golden.orders.flatMap(({ first, second, inOrder, swapped }) => [
      { first, second, expected: inOrder },
      { first: second, second: first, expected: swapped },
    ]);

  it('fills masks and orders segments as transformers does', async () => {
    await withModel({ precision: 'f32' }, async (model) => {
      for (const { text, input_ids, pieces, probabilities } of golden.masked) {
        expect(model.tokenizer.encode(text).ids).toEqual(input_ids);
        const fills = (await model.fillMask(text, { topK: pieces.length })).flat();
        expect(fills.map(({ tokenId }) => tokenId)).toEqual(pieces);
        fills.forEach(({ score }, index) => expect(score).toBeCloseTo(probabilities[index] ?? NaN, 4));
      }
      for (const { first, second, expected } of orders())
        expect((await model.sentenceOrder(first, second)).probability).toBeCloseTo(expected, 4);
    });
  });

  it('runs in int8, as it is stored, with results close to float32', async () => {
    await withModel({}, async (model) => {
      expect(model.info()).toMatchObject({ precision: 'q8', head: 'pretraining' });
      for (const { text, pieces, probabilities } of golden.masked) {
        const fills = (await model.fillMask(text, { topK: pieces.length })).flat();
        const scores = new Map(fills.map(({ tokenId, score }) => [tokenId, score]));
        expect(Math.abs((scores.get(pieces[0] ?? -1) ?? 0) - (probabilities[0] ?? NaN)), text).toBeLessThan(0.05);
      }
      for (const { first, second, expected } of orders())
        expect(Math.abs((await model.sentenceOrder(first, second)).probability - expected)).toBeLessThan(0.05);
    });
  });
});
