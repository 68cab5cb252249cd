import type { Precision } from '@albert-web/core';
import type { SentencePair } from '@albert-web/tasks';
import { backendUnderTest, defaultModel, readFixtureJson } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { compare, rule } from './compare.ts';

const backend = backendUnderTest();
const roundedOn: Readonly<Partial<Record<typeof backend, readonly Precision[]>>> = {
  webgpu: ['f16', 'q8'],
  webgl: ['f16'],
};

describe.skipIf(!roundedOn[backend])('the default model on a GPU (needs a browser)', () => {
  it.each(roundedOn[backend] ?? [])('judges in %s as it does in f32', async (precision) => {
    const { pairs } = await readFixtureJson<{ pairs: { a: string; b: string; probability: number }[] }>(
      'cross-encoder/golden.json',
    );
    const result = await compare({
      model: defaultModel().href,
      reference: defaultModel().href,
      pairs: pairs.map(({ a, b }): SentencePair => [a, b]),
      labels: pairs.map(({ probability }) => Number(probability >= 0.5)),
      backend,
      precision,
    });
    expect(result).toMatchObject({ pairs: pairs.length, backend, precision });
    // So few pairs leave no room for another verdict.
    expect(result.equalLabels).toBe(1);
    expect(result.meanCosine).toBeGreaterThanOrEqual(rule.meanCosine);
    expect(result.worstCosine).toBeGreaterThanOrEqual(rule.worstCosine);
  });
});
