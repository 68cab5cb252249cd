/** Reads tensors in any stored format: plain, int8 rows with a `.scale`, or packed 4-bit groups with a `.scale`. */
import { allocate } from '@albert-web/errors';
import { int4GroupSize } from '@albert-web/core';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { aligned, elementBytes, toFloat32 } from '../dtype.ts';
import { dequantizeInt4, type Int4Groups } from './int4.ts';
import { dequantizeInt8, type Int8Rows } from './int8.ts';
import { TensorFormatError } from '../errors.ts';

type Tensors = Checkpoint['tensors'];

/** Returns the name of the tensor with another tensor's scales. */
export const scaleName = (name: string): string => `${name}.scale`;

/** Returns the tensors of the model, without the scales of quantized ones. */
export function modelTensors(tensors: Tensors): StoredTensor[] {
  const scales = new Set(
    [...tensors.values()].filter((tensor) => isQuantized(tensors, tensor)).map(({ name }) => scaleName(name)),
  );
  return [...tensors.values()].filter(({ name }) => !scales.has(name));
}

/** Returns the shape of the weight. Packed 4-bit values are stored half as wide. */
export function weightShape(tensors: Tensors, tensor: StoredTensor): readonly number[] {
  if (!isInt4(tensors, tensor)) return tensor.shape;
  return [...tensor.shape.slice(0, -1), (tensor.shape.at(-1) ?? 0) * 2];
}

/** Returns all values, dequantized to f32. Plain f32 is returned as a view. @throws TensorFormatError */
export function readValues(tensors: Tensors, tensor: StoredTensor): Float32Array<ArrayBuffer> {
  const int8 = readInt8(tensors, tensor);
  if (int8) return dequantizeInt8(int8);
  const int4 = readInt4(tensors, tensor);
  return int4 ? dequantizeInt4(int4) : toFloat32(tensor);
}

/**
 * Reads some rows of a matrix as f32, into `into` or a new array. Reads only these rows and their scales.
 *
 * @throws TensorFormatError
 */
export function readRows(
  tensors: Tensors,
  tensor: StoredTensor,
  rows: ArrayLike<number>,
  into?: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const int8 = readInt8(tensors, tensor);
  if (int8) return dequantizeInt8(int8, rows, into);
  const picked = storedRows(tensor, tensor.shape[0] ?? 1, rows);
  if (isInt4(tensors, tensor)) {
    const scale = storedRows(scaleOf(tensors, tensor), tensor.shape[0] ?? 1, rows);
    return dequantizeInt4(groupsOf(picked, scale), into);
  }
  const values = toFloat32(picked);
  // Never return the stored values themselves: an embedding lookup adds to the result.
  const result = into ?? allocate(Float32Array, values.length);
  result.set(values);
  return result;
}

/** Returns rows in their stored format: a view if they are neighbors, otherwise a copy. */
function storedRows(tensor: StoredTensor, count: number, rows: ArrayLike<number>): StoredTensor {
  const shape = [rows.length, ...tensor.shape.slice(1)];
  const rowBytes = tensor.bytes.length / count;
  const startOf = (row: number): number => (rows[row] ?? 0) * rowBytes;
  if (areNeighbors(rows))
    return { ...tensor, bytes: tensor.bytes.subarray(startOf(0), startOf(0) + rows.length * rowBytes), shape };
  const bytes = allocate(Uint8Array, rows.length * rowBytes);
  for (let i = 0; i < rows.length; i++)
    bytes.set(tensor.bytes.subarray(startOf(i), startOf(i) + rowBytes), i * rowBytes);
  return { ...tensor, bytes, shape };
}

function areNeighbors(rows: ArrayLike<number>): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] !== (rows[0] ?? 0) + i) return false;
  return true;
}

/** Returns a view of the stored int8 rows, and their scales, or undefined for other formats. @throws TensorFormatError */
export function readInt8(tensors: Tensors, tensor: StoredTensor): Int8Rows | undefined {
  if (tensor.dtype !== 'I8') return undefined;
  const scales = toFloat32(scaleOf(tensors, tensor));
  const { buffer, byteOffset, length } = tensor.bytes;
  return { values: new Int8Array(buffer, byteOffset, length), scales };
}

/** Returns views of the stored 4-bit groups, or undefined for other formats. @throws TensorFormatError */
export function readInt4(tensors: Tensors, tensor: StoredTensor): Int4Groups | undefined {
  return isInt4(tensors, tensor) ? groupsOf(tensor, scaleOf(tensors, tensor)) : undefined;
}

function groupsOf({ bytes }: StoredTensor, scale: StoredTensor): Int4Groups {
  const { buffer, byteOffset, length } = aligned(scale.bytes, 2);
  return { packed: bytes, scales: new Uint16Array(buffer, byteOffset, length / 2) };
}

function isQuantized(tensors: Tensors, tensor: StoredTensor): boolean {
  return tensor.dtype === 'I8' || isInt4(tensors, tensor);
}

function isInt4(tensors: Tensors, { name, dtype }: StoredTensor): boolean {
  return dtype === 'U8' && tensors.has(scaleName(name));
}

/** Returns the scales: one per int8 row or 4-bit group. @throws TensorFormatError when they do not match the tensor */
function scaleOf(tensors: Tensors, tensor: StoredTensor): StoredTensor {
  const { name, dtype, shape, bytes } = tensor;
  const scale = tensors.get(scaleName(name));
  if (!scale) {
    throw new TensorFormatError({
      problem: `Tensor "${name}" is quantized but "${scaleName(name)}" is missing`,
      remedy: 'Convert the checkpoint again',
    });
  }
  const isInt8 = dtype === 'I8';
  const count = isInt8 ? (shape[0] ?? 1) : (bytes.length * 2) / int4GroupSize;
  const scaleType = isInt8 ? 'F32' : 'F16';
  if (scale.dtype === scaleType && scale.bytes.length === count * elementBytes[scaleType]) return scale;
  throw wrongScale(scale, `${count} ${scaleType} scales, one for each ${isInt8 ? 'row' : `group of ${int4GroupSize}`}`);
}

function wrongScale({ name, dtype, shape }: StoredTensor, expected: string): TensorFormatError {
  return new TensorFormatError({
    problem: `Tensor "${name}" is ${dtype} [${shape.join(', ')}]`,
    expected: `Expected ${expected}`,
    remedy: 'Convert the checkpoint again',
  });
}
