import { seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { bytesOf, float32ToHalf, halfToFloat32, toFloat32 } from './dtype.ts';

/** Conversion by the engine's own DataView, an independent implementation where there is one. */
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
  it('gives back every finite half', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(float32ToHalf(halfToFloat32(halves))).toEqual(halves);
  });

  it('rounds to the nearest half, ties to even', () => {
    const random = seededRandom(1);
    const values = Float32Array.from({ length: 20000 }, () => random.normal() * 10 ** random.integer(-9, 5));
    const halves = float32ToHalf(values);
    values.forEach((value, i) => {
      const half = halves[i] ?? 0;
      const neighbours = [half - 1, half, half + 1].filter(
        (h) => (h & 0x7fff) <= 0x7c00 && (h & 0x8000) === (half & 0x8000),
      );
      const [best] = neighbours.sort((a, b) => distance(a, value) - distance(b, value) || (a & 1) - (b & 1));
      expect(half, `${value}`).toBe(best);
    });
  });
});

/** Infinity counts as the next value after the largest half, as IEEE 754 rounds. */
function distance(half: number, value: number): number {
  const stored = halfToFloat32(Uint16Array.of(half))[0] ?? NaN;
  return Math.abs(Math.abs(value) - (Number.isFinite(stored) ? Math.abs(stored) : 65536));
}

describe('toFloat32', () => {
  const tensor = (dtype: Parameters<typeof toFloat32>[0]['dtype'], bytes: Uint8Array<ArrayBuffer>) =>
    Array.from(toFloat32({ name: 'x', dtype, shape: [2], bytes }));

  it.each([
    ['F64', new Float64Array([1.5, -2]), [1.5, -2]],
    ['F32', new Float32Array([1.5, -2]), [1.5, -2]],
    ['BF16', new Uint16Array([0x3fc0, 0xc000]), [1.5, -2]],
    ['F16', new Uint16Array([0x3e00, 0xc000]), [1.5, -2]],
    ['I64', new BigInt64Array([3n, -4n]), [3, -4]],
    ['I32', new Int32Array([3, -4]), [3, -4]],
    ['I8', new Int8Array([3, -4]), [3, -4]],
    ['U8', new Uint8Array([3, 255]), [3, 255]],
    ['BOOL', new Uint8Array([1, 0]), [1, 0]],
  ] as const)('reads %s, aligned or not', (dtype, values, expected) => {
    const bytes = new Uint8Array(values.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(tensor(dtype, bytes)).toEqual(expected);
    expect(tensor(dtype, shifted.subarray(1))).toEqual(expected);
  });

  it('copies no f32', () => {
    const values = new Float32Array([1, 2]);
    expect(toFloat32({ name: 'x', dtype: 'F32', shape: [2], bytes: bytesOf(values) }).buffer).toBe(values.buffer);
  });
});
