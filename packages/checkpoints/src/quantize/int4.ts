/**
 * Symmetric 4-bit in groups of 32 along a row, each with an f16 scale: `value = (nibble - 8) * scale[group]`.
 *
 * It takes 4.5 bits per weight. Two neighbors share a byte, the first one in the low half. The scale is signed, so that the
 * group's extreme can take -8, the longer end of the range.
 */
import { allocate } from '@albert-web/errors';
import { float32ToHalf, halfToFloat32, int4GroupSize } from '@albert-web/core';

/** 4-bit values: `values.length / 2` packed bytes and `values.length / 32` scales, row by row. */
export interface Int4Groups {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** IEEE 754 binary16. */
  readonly scales: Uint16Array<ArrayBuffer>;
}

/** Fractions of the full range to try for each group. Clipping the extreme is often better than coarse steps. */
const ranges = [1, 0.95, 0.9, 0.85, 0.8];

/** Quantizes rows whose length is a multiple of 32, with the scale of least squared error for each group. */
export function quantizeInt4(values: Float32Array): Int4Groups {
  const packed = allocate(Uint8Array, values.length / 2);
  const groups = values.length / int4GroupSize;
  const scales = allocate(Float32Array, groups);
  for (let group = 0; group < groups; group++) {
    scales[group] = bestScale(values.subarray(group * int4GroupSize, (group + 1) * int4GroupSize));
  }
  const halves = float32ToHalf(scales);
  const stored = halfToFloat32(halves);
  for (let i = 0; i < values.length; i += 2) {
    const scale = stored[Math.floor(i / int4GroupSize)] ?? 0;
    packed[i / 2] = nibble(values[i] ?? 0, scale) | (nibble(values[i + 1] ?? 0, scale) << 4);
  }
  return { packed, scales: halves };
}

/** Converts the result of `quantizeInt4` back to f32. */
export function dequantizeInt4(
  { packed, scales }: Int4Groups,
  values = allocate(Float32Array, packed.length * 2),
): Float32Array<ArrayBuffer> {
  const factors = halfToFloat32(scales);
  for (let i = 0; i < packed.length; i++) {
    const byte = packed[i] ?? 0;
    const scale = factors[Math.floor((2 * i) / int4GroupSize)] ?? 0;
    values[2 * i] = ((byte & 15) - 8) * scale;
    values[2 * i + 1] = ((byte >> 4) - 8) * scale;
  }
  return values;
}

function nibble(value: number, scale: number): number {
  return scale === 0 ? 8 : Math.max(0, Math.min(15, Math.round(value / scale) + 8));
}

function bestScale(group: Float32Array): number {
  let extreme = 0;
  for (const value of group) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  let best = 0;
  let least = Infinity;
  for (const range of ranges) {
    const scale = (extreme * range) / -8;
    const error = squaredError(group, scale);
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  return best;
}

function squaredError(group: Float32Array, scale: number): number {
  let sum = 0;
  for (const value of group) {
    const difference = value - (nibble(value, scale) - 8) * scale;
    sum += difference * difference;
  }
  return sum;
}
