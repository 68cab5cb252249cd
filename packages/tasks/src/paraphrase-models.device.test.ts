/** Compares the shipped paraphrase models, which are quantized, with PyTorch's results in float32. */
import type { SentencePair } from './index.ts';
import { backendUnderTest, readFixtureJson, shippedModel, testWasmFiles } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Albert } from './index.ts';
import { load } from './index.ts';

interface PairGolden {
  readonly pairs: { a: string; b: string; input_ids: number[]; token_type_ids: number[]; probability: number }[];
}

/** A model of this size takes minutes on an emulated GPU. There the small golden models of core and backends must suffice. */
const emulated = backendUnderTest() === 'webgl' || backendUnderTest() === 'webgpu';

/** PyTorch's results are either for the weights before quantization, or for the quantized ones. */
describe.skipIf(emulated).each([
  { name: 'default', answersOf: 'cross-encoder/golden.json' },
  { name: 'accurate', answersOf: 'cross-encoder/accurate.json' },
] as const)('the model $name', ({ name, answersOf }) => {
  let model: Albert;
  let golden: PairGolden;

  beforeAll(async () => {
    golden = await readFixtureJson<PairGolden>(answersOf);
    model = await load(shippedModel(name), { backend: 'wasm', wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
  });

  afterAll(() => model.dispose());

  it('runs in int8', () => {
    expect(model.info()).toMatchObject({ backend: 'wasm', precision: 'q8', head: 'sequence_classification' });
  });

  it('tokenizes pairs as in PyTorch', () => {
    for (const { a, b, input_ids, token_type_ids } of golden.pairs) {
      const { ids, typeIds } = model.tokenizer.encode([a, b]);
      expect(ids).toEqual(input_ids);
      expect(typeIds).toEqual(token_type_ids);
    }
  });

  it('judges as PyTorch does', async () => {
    const results = await model.paraphrases(golden.pairs.map(({ a, b }): SentencePair => [a, b]));
    golden.pairs.forEach(({ a, b, probability }, index) => {
      const rounded = results[index]?.probability ?? NaN;
      // Rounding changes a probability most in the middle. It must not change a clear verdict.
      expect(Math.abs(rounded - probability), `${a} | ${b}`).toBeLessThan(0.1);
      if (Math.abs(probability - 0.5) > 0.1) expect(results[index]?.paraphrase).toBe(probability >= 0.5);
    });
  });

  it('recognizes identical sentences, however short', async () => {
    const texts = ['Hello', 'Hello.', 'It rained.', 'I love you.', 'Thanks a lot', 'Where is the station?'];
    const results = await model.paraphrases(texts.map((text): SentencePair => [text, text]));
    results.forEach(({ probability }, index) => expect(probability, texts[index]).toBeGreaterThan(0.8));
  });

  it('gives unrelated sentences a probability near zero', async () => {
    const { probability, method } = await model.paraphrase('How do I bake bread?', 'Stock prices fell on Tuesday.');
    expect(method).toBe('cross-encoder');
    expect(probability).toBeLessThan(0.1);
  });
});
