/** Element types: their sizes, and fast conversion to f32. Values are little-endian, like every supported machine. */
import { allocate, copyOf } from '@albert-web/errors';
import { halfToFloat32 } from '@albert-web/core';
import type { DType, StoredTensor } from './checkpoint.ts';
import { TensorFormatError } from './errors.ts';

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

/** Whether a string names a supported element type. */
export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(elementBytes, name);
}

/** Returns the number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, side) => count * side, 1);
}

/**
 * Converts a tensor to f32, rounding wider values to nearest. For a tensor in f32, returns a view if it is aligned to 4 bytes, as
 * in every file written by this library.
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
      return floatsOf(new Float64Array(buffer, byteOffset, length));
    case 'I8':
      return floatsOf(new Int8Array(buffer, byteOffset, length));
    case 'I32':
      return floatsOf(new Int32Array(buffer, byteOffset, length));
    case 'I64':
      return floatsOf(new BigInt64Array(buffer, byteOffset, length));
    case 'U8':
    case 'BOOL':
      return floatsOf(bytes);
    default:
      dtype satisfies never;
      throw new TensorFormatError({
        problem: `Tensor "${name}" has dtype ${String(dtype)}`,
        remedy: 'Convert the checkpoint',
      });
  }
}

/** Returns the bytes of a typed array, without copying them. */
export function bytesOf(
  values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Returns bytes aligned to this element size. Copies them only if they are not aligned. */
export function aligned(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % size === 0 ? bytes : copyOf(bytes);
}

function floatsOf(
  values: Float64Array | Int8Array | Int32Array | BigInt64Array | Uint8Array,
): Float32Array<ArrayBuffer> {
  const floats = allocate(Float32Array, values.length);
  for (let i = 0; i < floats.length; i++) floats[i] = Number(values[i]);
  return floats;
}

function brainToFloat32(values: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = allocate(Uint32Array, values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (values[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}
