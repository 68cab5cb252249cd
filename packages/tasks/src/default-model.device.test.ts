/** The default model as it ships, int8, against PyTorch's float32 answers from the float16 weights it was rounded from. */
import type { SentencePair } from './index.ts';
import { backendUnderTest, readFixtureJson, shippedModel, testWasmFiles } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Albert } from './index.ts';
import { load } from './index.ts';

interface PairGolden {
  readonly pairs: { a: string; b: string; input_ids: number[]; token_type_ids: number[]; probability: number }[];
}

/** A model of this size takes minutes on an emulated GPU, where the small goldens of core and backends must do. */
const emulated = backendUnderTest() === 'webgl' || backendUnderTest() === 'webgpu';

describe.skipIf(emulated)('the default model', () => {
  let model: Albert;
  let golden: PairGolden;

  beforeAll(async () => {
    golden = await readFixtureJson<PairGolden>('cross-encoder/golden.json');
    model = await load(shippedModel('default'), { backend: 'wasm', wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
  });

  afterAll(() => model.dispose());

  it('runs in int8, as it is stored', () => {
    expect(model.info()).toMatchObject({ backend: 'wasm', precision: 'q8', head: 'sequence_classification' });
  });

  it('reads pairs as PyTorch did', () => {
    for (const { a, b, input_ids, token_type_ids } of golden.pairs) {
      const { ids, typeIds } = model.tokenizer.encode([a, b]);
      expect(ids).toEqual(input_ids);
      expect(typeIds).toEqual(token_type_ids);
    }
  });

  it('judges as it did before it was rounded', async () => {
    const results = await model.paraphrases(golden.pairs.map(({ a, b }): SentencePair => [a, b]));
    golden.pairs.forEach(({ a, b, probability }, index) => {
      const rounded = results[index]?.probability ?? NaN;
      // Rounding moves a probability most in the middle; what it must not do is change a clear verdict.
      expect(Math.abs(rounded - probability), `${a} | ${b}`).toBeLessThan(0.1);
      if (Math.abs(probability - 0.5) > 0.1) expect(results[index]?.paraphrase).toBe(probability >= 0.5);
    });
  });

  it('puts unrelated sentences near zero', async () => {
    const { probability, method } = await model.paraphrase('How do I bake bread?', 'Stock prices fell on Tuesday.');
    expect(method).toBe('cross-encoder');
    expect(probability).toBeLessThan(0.1);
  });
});
