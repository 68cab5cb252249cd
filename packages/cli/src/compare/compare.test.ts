import { fileURLToPath } from 'node:url';
import type { SentencePair } from '@albert-web/tasks';
import { readFixtureJson } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { compare, keepsRule, type CompareResult } from './compare.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../../../weights/${name}`, import.meta.url));

it.each(['default', 'accurate', 'sentence'])('finds the shipped model %s in int8 close to f32', async (name) => {
  const golden = await readFixtureJson<{ pairs: { a: string; b: string; probability: number }[] }>(
    'cross-encoder/golden.json',
  );
  const result = await compare({
    model: folder(name),
    reference: folder(name),
    pairs: golden.pairs.map(({ a, b }): SentencePair => [a, b]),
    labels: golden.pairs.map(({ probability }) => Number(probability >= 0.5)),
    backend: 'wasm',
    precision: 'q8',
    settings: { threads: 1 },
  });
  expect(result).toMatchObject({ pairs: golden.pairs.length, backend: 'wasm', precision: 'q8' });
  expect(result.meanCosine).toBeGreaterThan(0.999);
  expect(result.meanCosine).toBeLessThan(1);
  // The rule applies to whole data sets. With only a few pairs, one verdict is several percent, and a pair near 0.5 has logits near
  // 0, so a small difference changes their direction.
  expect(result.worstCosine).toBeGreaterThan(0.97);
  expect(result.equalLabels).toBeGreaterThan(0.9);
});

it('accepts exactly the results that keep the rule', () => {
  const good: CompareResult = {
    pairs: 1000,
    equalLabels: 0.992,
    accuracy: 0.742,
    referenceAccuracy: 0.744,
    meanCosine: 0.9995,
    worstCosine: 0.991,
    backend: 'wasm',
    precision: 'q8',
    device: '',
  };
  expect(keepsRule(good)).toBe(true);
  const bad = [{ equalLabels: 0.98 }, { accuracy: 0.74 }, { meanCosine: 0.998 }, { worstCosine: NaN }];
  for (const change of bad) expect(keepsRule({ ...good, ...change }), JSON.stringify(change)).toBe(false);
});
