/** Compares explanations of verdicts with the effect of masking the same words in PyTorch. */
import { InvalidArgumentError } from '@albert-web/errors';
import { backendUnderTest, readFixtureJson, shippedModel, testWasmFiles } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Albert } from '../index.ts';
import { load } from '../index.ts';

interface ExplainGolden {
  readonly pairs: {
    a: string;
    b: string;
    logOdds: number;
    words: [string[], string[]];
    influence: [number[], number[]];
    strengths: number[][];
  }[];
}

/** Log-odds are differences of logits of about 4. */
const tolerance = 5e-4;
/** A model of this size takes minutes on an emulated GPU. */
const emulated = backendUnderTest() === 'webgl' || backendUnderTest() === 'webgpu';
const options = { backend: 'wasm', precision: 'f32', wasmFiles: testWasmFiles(), probeTimeout: 60_000 } as const;
const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

describe.skipIf(emulated)('explain with a cross-encoder', () => {
  let model: Albert;
  let golden: ExplainGolden;

  beforeAll(async () => {
    golden = await readFixtureJson<ExplainGolden>('explain/golden.json');
    model = await load(shippedModel('default'), options);
  });
  afterAll(() => model.dispose());

  it('returns the influence of each word and the links between words, as PyTorch does', async () => {
    for (const { a, b, logOdds, words, influence, strengths } of golden.pairs) {
      const explanation = await model.explain(a, b);
      expect(explanation.probability).toBeCloseTo(sigmoid(logOdds), 4);
      for (const side of [0, 1] as const) {
        expect(explanation.words[side].map(({ text }) => text)).toEqual(words[side]);
        explanation.words[side].forEach((word, index) => {
          expect([a, b][side]?.slice(word.start, word.end)).toBe(word.text);
          expect(Math.abs(word.influence - (influence[side][index] ?? NaN)), word.text).toBeLessThan(tolerance);
          expect(word.without).toBeCloseTo(sigmoid(logOdds - word.influence), 4);
        });
      }
      const strong = strengths.flatMap((row, first) =>
        row.flatMap((strength, second) => (strength >= 0.5 ? [{ first, second, strength }] : [])),
      );
      expect(explanation.links).toHaveLength(strong.length);
      for (const { first, second, strength } of strong) {
        const link = explanation.links.find((other) => other.first === first && other.second === second);
        expect(Math.abs((link?.strength ?? NaN) - strength)).toBeLessThan(tolerance);
      }
    }
  });

  it('links the words that a person would link', async () => {
    const { words, links } = await model.explain('The cat is sleeping on the sofa.', 'A cat sleeps on the couch.');
    const met = links.slice(0, 3).map(({ first, second }) => [words[0][first]?.text, words[1][second]?.text]);
    expect(met.map(String).toSorted()).toEqual(['cat,cat', 'sleeping,sleeps', 'sofa,couch']);
  });

  it('tests pairs of the most influential words only, however long the sentences', async () => {
    const long = Array.from({ length: 20 }, (_, index) => `word${index}`).join(' ');
    const { words, links } = await model.explain(long, 'Something else.');
    expect(words.map(({ length }) => length)).toEqual([20, 2]);
    expect(new Set(links.map(({ first }) => first)).size).toBeLessThanOrEqual(12);
  });

  it('rejects an empty sentence, and stops for an aborted signal', async () => {
    await expect(model.explain('one', ' ')).rejects.toThrow(InvalidArgumentError);
    const controller = new AbortController();
    const running = model.explain('one two three four', 'five six seven eight', { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toThrow(/abort/iu);
  });
});

it.skipIf(emulated)('explains with a sentence encoder, which reads each sentence separately', async () => {
  const model = await load(shippedModel('sentence'), options);
  try {
    const [a, b] = ['The cat is sleeping on the sofa.', 'A cat sleeps on the couch.'] as const;
    const { probability, method, words, links } = await model.explain(a, b);
    expect(method).toBe('sentence-encoder');
    expect(probability).toBeCloseTo((await model.paraphrase(a, b)).probability, 5);
    const cat = words[0].findIndex(({ text }) => text === 'cat');
    expect(words[0][cat]?.influence).toBeGreaterThan(1);
    expect(links.some(({ first, second }) => first === cat && words[1][second]?.text === 'cat')).toBe(true);
  } finally {
    await model.dispose();
  }
});
