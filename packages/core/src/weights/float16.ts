/** Converts binary32 to binary16, rounding to nearest, ties to even; values of 65,520 and above become infinity. */
import { allocate } from '@albert-web/errors';

/** Converts to and from IEEE 754 binary16, because not every supported browser has `Float16Array`. */

let halfTable: Uint32Array | undefined;

/** Converts binary16 to binary32 with a table of all 65,536 values: one load per element, no branch. */
export function halfToFloat32(values: Uint16Array): Float32Array<ArrayBuffer> {
  const table = (halfTable ??= makeHalfTable());
  const bits = allocate(Uint32Array, values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = table[values[i] ?? 0] ?? 0;
  return new Float32Array(bits.buffer);
}

function makeHalfTable(): Uint32Array {
  const values = new Float32Array(65536);
  for (let half = 0; half < 65536; half++) values[half] = halfValue(half);
  return new Uint32Array(values.buffer);
}

function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}
export function float32ToHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = allocate(Uint16Array, values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = roundToHalf(bits[i] ?? 0);
  return halves;
}

function roundToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65,520, halfway between the largest half and the next power of two.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // 2^-14, the smallest normal half.
  if (magnitude >= 0x38800000) {
    const rebiased = magnitude - 0x38000000;
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  // Subnormal: count in units of 2^-24; at most half a unit rounds to zero.
  if (magnitude <= 0x33000000) return sign;
  const shift = 126 - (magnitude >>> 23);
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const halfUnit = 1 << (shift - 1);
  const truncated = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  return sign | (truncated + (rest > halfUnit || (rest === halfUnit && truncated & 1) ? 1 : 0));
}
