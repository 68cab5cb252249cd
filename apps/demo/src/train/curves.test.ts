import { describe, expect, it } from 'vitest';
import { pointsOf, smooth } from './curves.ts';
import { timeLeft } from './time-left.ts';

describe('the time left', () => {
  it('is estimated from the steps so far except the first', () => {
    expect(timeLeft([9000, 100, 300], 10)).toBe(200 * 7);
    expect(timeLeft([9000], 10)).toBeUndefined();
  });
});

describe('curves', () => {
  it('smoothing keeps a constant and follows a change', () => {
    for (const value of smooth([2, 2, 2])) expect(value).toBeCloseTo(2, 12);
    const after = smooth([1, ...Array.from({ length: 50 }, () => 0)]).at(-1) ?? NaN;
    expect(after).toBeLessThan(0.01);
  });

  it('long runs are drawn with few points, including the last', () => {
    const points = pointsOf(Array.from({ length: 12_345 }, (_, index) => index));
    expect(points.length).toBeLessThanOrEqual(400);
    expect(points.at(-1)).toEqual([12_345, 12_344]);
  });
});
