/** Dropout masks are hashes of small numbers (seed, step, use). They must be as good as random ones, and independent. */
import { describe, expect, it } from 'vitest';
import { DropoutKeys, keepThreshold } from './dropout.ts';
import { hash } from './random.ts';

const keep = 0.9;
const count = 32 * 384;

/** Returns the mask of a key: 1 for a kept element, 0 for a dropped one. */
function mask(key: number): number[] {
  return Array.from({ length: count }, (_, index) => Number(hash(key, index) < keepThreshold(1 - keep)));
}

/** Keys that differ by 1 in the seed, the step, the part of a step, or the use. */
const keys = [1, 2].flatMap((seed) =>
  [0, 1, 2, 3].flatMap((step) =>
    [0, 1].flatMap((micro) => {
      const uses = new DropoutKeys(seed, step, micro);
      return [uses.next(), uses.next(), uses.next()];
    }),
  ),
);
const masks = keys.map(mask);

/** Correlation of two masks, in standard deviations of that of random masks: `sqrt(n) r` is approximately standard normal. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const both = a.reduce((sum, kept, index) => sum + (kept - keep) * ((b[index] ?? NaN) - keep), 0);
  return both / (keep * (1 - keep)) / Math.sqrt(a.length);
}

/** Sum of squares of standard normal numbers, as standard deviations from its mean. */
const chiSquare = (deviations: readonly number[]): number =>
  (deviations.reduce((sum, z) => sum + z * z, 0) - deviations.length) / Math.sqrt(2 * deviations.length);

/** Five standard deviations: by chance, exceeded once in two million. */
const limit = 5;

describe('48 masks of neighboring seeds, steps, parts and uses', () => {
  it('keep the expected fraction', () => {
    const shares = masks.map((mask) => {
      const kept = mask.reduce((sum, value) => sum + value, 0);
      return (kept - keep * count) / Math.sqrt(count * keep * (1 - keep));
    });
    expect(Math.max(...shares.map(Math.abs))).toBeLessThan(limit);
    expect(Math.abs(chiSquare(shares))).toBeLessThan(limit);
  });

  it('are uncorrelated', () => {
    const pairs = masks.flatMap((a, index) => masks.slice(index + 1).map((b) => correlation(a, b)));
    expect(Math.max(...pairs.map(Math.abs))).toBeLessThan(limit);
    expect(Math.abs(chiSquare(pairs))).toBeLessThan(limit);
  });

  it.each([1, 2, 4, 12, 64, 384, 1536])('are uncorrelated with themselves shifted by %i elements', (lag) => {
    const shifted = masks.map((mask) => correlation(mask.slice(lag), mask));
    expect(Math.max(...shifted.map(Math.abs))).toBeLessThan(limit);
    expect(Math.abs(chiSquare(shifted))).toBeLessThan(limit);
  });

  it('drop every unit equally often', () => {
    const rows = (masks.length * count) / 384;
    const units = Array.from({ length: 384 }, (_, unit) => {
      let kept = 0;
      for (const mask of masks) for (let index = unit; index < count; index += 384) kept += mask[index] ?? NaN;
      return (kept - keep * rows) / Math.sqrt(rows * keep * (1 - keep));
    });
    expect(Math.abs(chiSquare(units))).toBeLessThan(limit);
  });
});
