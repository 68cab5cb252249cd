import { InvalidArgumentError } from '@albert-web/errors';
import { expect, it } from 'vitest';
import { cosine, quantizeEmbedding } from './vectors.ts';

const [a, b] = [Float32Array.of(3, 4), Float32Array.of(4, 3)];

it('computes the cosine, and 0 for a vector of zeros', () => {
  expect(cosine(a, b)).toBeCloseTo(24 / 25, 7);
  expect(cosine(a, new Float32Array(2))).toBe(0);
});

it.each<[string, () => unknown, RegExp]>([
  ['vectors of two models', () => cosine(a, new Float32Array(3)), /have 2 and 3 numbers/u],
  ['a vector with NaN', () => cosine(a, Float32Array.of(1, NaN)), /b is/u],
  ['an infinite one', () => cosine(Float32Array.of(Infinity, 1), b), /a is/u],
  ['a missing one', () => (cosine as (a: Float32Array) => number)(a), /b is undefined/u],
  ['a text', () => cosine('34' as never, b), /a is "34"/u],
  ['a list of undefined', () => cosine(Array.from({ length: 2 }) as never, a), /a is/u],
  ['bits of NaN', () => quantizeEmbedding(new Float32Array(8).fill(NaN), 'binary'), /embedding is/u],
  ['an unknown precision', () => quantizeEmbedding(new Float32Array(8), 'Binary' as never), /precision is "Binary"/u],
])('rejects %s', (_, call, message) => {
  expect(call).toThrow(InvalidArgumentError);
  expect(call).toThrow(message);
});
