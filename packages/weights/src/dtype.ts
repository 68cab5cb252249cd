/** Element types: their sizes, and fast conversion to f32. Values are little-endian, as is every machine that runs a browser. */
import { TensorFormatError, type DType, type StoredTensor } from './checkpoint.ts';

/** Bytes of one element. */
export const elementBytes: Readonly<Record<DType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Whether a string names an element type this runtime reads. */
export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(elementBytes, name);
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, side) => count * side, 1);
}

/**
 * All values of a tensor as f32, rounded to nearest where they are wider. Values that are f32 already are a view of the
 * tensor where it begins at a multiple of 4, as in every file of ours.
 */
export function toFloat32({ name, dtype, bytes }: StoredTensor): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = aligned(bytes, elementBytes[dtype]);
  const length = byteLength / elementBytes[dtype];
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'F16':
      return halfToFloat32(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return brainToFloat32(new Uint16Array(buffer, byteOffset, length));
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'U8':
    case 'BOOL':
      return Float32Array.from(bytes);
    default:
      dtype satisfies never;
      throw new TensorFormatError({
        problem: `Tensor "${name}" has dtype ${String(dtype)}`,
        remedy: 'Convert the checkpoint',
      });
  }
}

/** The bytes of values, without a copy. */
export function bytesOf(
  values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A view that a typed array of this element size can lie on; copies only what does not begin at a multiple of it. */
export function aligned(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % size === 0 ? bytes : bytes.slice();
}

function brainToFloat32(values: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (values[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

let halfTable: Uint32Array | undefined;

/** IEEE 754 binary16 to binary32 by a table of all 65,536 values: one load an element, no branch. */
export function halfToFloat32(values: Uint16Array): Float32Array<ArrayBuffer> {
  const table = (halfTable ??= makeHalfTable());
  const bits = new Uint32Array(values.length);
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

/** binary32 to binary16, rounding to nearest, ties to even; beyond 65,504 it is infinity. */
export function float32ToHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
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
