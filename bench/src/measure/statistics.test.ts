import { describe, expect, it } from 'vitest';
import { cosine, largestDifference, median, summarize } from './statistics.ts';

describe('summarize', () => {
  it('returns the same as numpy.percentile, for values in any order', () => {
    expect(summarize([3, 1, 2, 10])).toEqual({ medianMs: 2.5, p90Ms: expect.closeTo(7.9, 9), minMs: 1, runs: 4 });
    expect(summarize([5])).toEqual({ medianMs: 5, p90Ms: 5, minMs: 5, runs: 1 });
  });
});

it('finds the median, or the mean of the two values in the middle', () => {
  expect(median([3, 10, 1])).toBe(3);
  expect(median([3, 10, 1, 4])).toBe(3.5);
  expect(median([])).toBeNaN();
});

describe('comparisons', () => {
  it('detect equal, scaled and broken outputs', () => {
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
    expect(largestDifference([1, 2], [1, 2.5])).toBe(0.5);
    expect(largestDifference([1, NaN], [1, 2])).toBeNaN();
    expect(largestDifference([1], [1, 2])).toBeNaN();
  });
});
