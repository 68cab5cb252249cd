/** Converts the weights of a graph to our tensors. */
import { allocate } from '@albert-web/errors';
import type { StoredTensor } from '../../checkpoint.ts';
import { bytesOf } from '../../dtype.ts';
import { quantizeInt8 } from '../../quantize/int8.ts';
import { scaleName } from '../../quantize/stored.ts';
import { readNumbers, sidesOf, transposed, type ConstantValue, type Quantization } from './constant.ts';
import type { Matrix } from './linears.ts';

/** A stored weight, with its scales. */
export interface StoredWeight {
  readonly tensors: readonly StoredTensor[];
  /** Whether 8-bit integers were requantized, because this runtime has one scale per row and no zero point. */
  readonly rounded: boolean;
}

/**
 * Stores a weight. Floats are kept. 8-bit matrices become int8 rows, with the same integers minus the zero point if a row
 * has one scale and they fit. Vectors and 4-bit blocks are dequantized to floats.
 */
export function storeWeight(name: string, { value: given, byColumns }: Matrix): StoredWeight {
  const value = byColumns ? transposed(given) : given;
  const { shape, dtype, bytes, quantized } = value;
  if (!quantized) return { tensors: [{ name, dtype, shape, bytes }], rounded: false };
  const numbers = readNumbers(value);
  if (shape.length !== 2 || isInBlocks(value, quantized))
    return { tensors: [{ name, dtype: 'F32', shape, bytes: bytesOf(numbers) }], rounded: false };
  const { integers, scales, rounded } = int8Rows(value, quantized, numbers);
  const tensors: StoredTensor[] = [
    { name, dtype: 'I8', shape, bytes: bytesOf(integers) },
    { name: scaleName(name), dtype: 'F32', shape: [scales.length], bytes: bytesOf(scales) },
  ];
  return { tensors, rounded };
}

/** Whether scales are neither for the whole matrix, nor per row, nor per column. */
function isInBlocks(value: ConstantValue, { rows, columns }: Quantization): boolean {
  const [height, width] = sidesOf(value);
  return columns < width && rows < height;
}

/** Quantizes row by row, so that one row of large integers does not affect the others. */
function int8Rows(
  value: ConstantValue,
  { rows: blockRows, columns: blockColumns, scales: given }: Quantization,
  numbers: Float32Array<ArrayBuffer>,
): {
  readonly integers: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
  readonly rounded: boolean;
} {
  const [rows, columns] = sidesOf(value);
  const integers = allocate(Int8Array, numbers.length);
  const scales = allocate(Float32Array, rows);
  let rounded = false;
  for (let row = 0; row < rows; row++) {
    const values = numbers.subarray(row * columns, (row + 1) * columns);
    const scale = given[Math.floor(row / blockRows)] ?? 0;
    const kept = blockColumns >= columns ? sameIntegers(values, scale) : undefined;
    const again = kept ? undefined : quantizeInt8(values, 1);
    integers.set(kept ?? again?.values ?? [], row * columns);
    scales[row] = again?.scales[0] ?? scale;
    rounded ||= again !== undefined;
  }
  return { integers, scales, rounded };
}

/** Returns the integers of a row whose values are multiples of one scale, or undefined if they do not fit in int8. */
function sameIntegers(values: Float32Array, scale: number): Float32Array | undefined {
  const integers = values.map((value) => (scale === 0 ? 0 : Math.round(value / scale)));
  return integers.every((integer) => Math.abs(integer) <= 127) ? integers : undefined;
}
