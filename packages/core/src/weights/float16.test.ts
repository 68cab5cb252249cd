import { seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { float32ToHalf, halfToFloat32 } from './float16.ts';

/** The engine's own conversion, if it has one: an independent implementation. */
const dataViewHalf = (DataView.prototype as { getFloat16?: (offset: number, little: boolean) => number }).getFloat16;

describe('halfToFloat32', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x03ff, 2 ** -14 * (1023 / 1024)],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])('reads %i', (half, value) => {
    expect(halfToFloat32(Uint16Array.of(half))[0]).toBe(value);
  });

  it.skipIf(!dataViewHalf)('agrees with DataView on every value', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, half) => half);
    const view = new DataView(halves.buffer);
    const expected = Float32Array.from(halves, (_, i) => dataViewHalf?.call(view, i * 2, true) ?? NaN);
    expect(halfToFloat32(halves)).toEqual(expected);
  });
});

describe('float32ToHalf', () => {
  it('round-trips every finite half', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(float32ToHalf(halfToFloat32(halves))).toEqual(halves);
  });

  it.each([
    [1 + 2 ** -11, 0x3c00, 'a tie, down to the even half'],
    [1 + 3 * 2 ** -11, 0x3c02, 'a tie, up to the even half'],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01, 'just above a tie'],
    [65504, 0x7bff, 'the largest half'],
    [65519.99, 0x7bff, 'just below the overflow threshold'],
    [65520, 0x7c00, 'overflow'],
    [-1e30, 0xfc00, 'overflow below'],
    [2 ** -24, 1, 'the smallest half'],
    [2 ** -25, 0, 'half of it, a tie with zero'],
    [2 ** -25 * 1.01, 1, 'a little more than half of it'],
    [-(2 ** -14) * (1 - 2 ** -12), 0x8400, 'rounded up to a normal half'],
  ])('rounds %d to %i: %s', (value, half) => {
    expect(float32ToHalf(Float32Array.of(value))[0]).toBe(half);
  });

  it('rounds to the nearest half, ties to even', () => {
    const random = seededRandom(1);
    const values = Float32Array.from({ length: 20000 }, () => random.normal() * 10 ** random.integer(-9, 5));
    const halves = float32ToHalf(values);
    values.forEach((value, i) => {
      const half = halves[i] ?? 0;
      const neighbors = [half - 1, half, half + 1].filter(
        (h) => (h & 0x7fff) <= 0x7c00 && (h & 0x8000) === (half & 0x8000),
      );
      const [best] = neighbors.sort((a, b) => distance(a, value) - distance(b, value) || (a & 1) - (b & 1));
      expect(half, `${value}`).toBe(best);
    });
  });
});

/** Returns a half's distance from a value. Infinity counts as the value after the largest half, as in IEEE 754 rounding. */
function distance(half: number, value: number): number {
  const stored = halfToFloat32(Uint16Array.of(half))[0] ?? NaN;
  return Math.abs(Math.abs(value) - (Number.isFinite(stored) ? Math.abs(stored) : 65536));
}
