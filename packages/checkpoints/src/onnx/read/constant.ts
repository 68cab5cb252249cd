/** Reads constants of a graph as weights: plain numbers, or integers with scales. */
import { allocate } from '@albert-web/errors';
import type { DType } from '../../checkpoint.ts';
import { cannotConvert } from '../../convert-error.ts';
import { elementBytes, elementCount, toFloat32 } from '../../dtype.ts';
import { transposeBytes } from '../../transpose.ts';
import type { GraphConstant } from './graph.ts';
import type { Bytes } from './protobuf.ts';

/** A constant value. */
export interface ConstantValue {
  /** Names of the file's constants from which it was made. */
  readonly sources: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly bytes: Bytes;
  readonly quantized?: Quantization | undefined;
}

/** `value = (integer - zero) * scale`, with a scale for each block of a matrix; a vector is a matrix of one row. */
export interface Quantization {
  /** Scales of the blocks, row by row. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** Zero points of the blocks; undefined if there are none. */
  readonly zeros: Float32Array<ArrayBuffer> | undefined;
  /** The size of a block. */
  readonly rows: number;
  readonly columns: number;
}

/** Values of `TensorProto.DataType` for weights, scales and shapes. */
const dtypes: Readonly<Record<number, DType>> = {
  1: 'F32',
  2: 'U8',
  3: 'I8',
  6: 'I32',
  7: 'I64',
  9: 'BOOL',
  10: 'F16',
  11: 'F64',
  16: 'BF16',
};
/** 4-bit types: two values per byte, the first one in the low half. */
const fourBits: Readonly<Record<number, DType>> = { 21: 'U8', 22: 'I8' };

/** Reads a stored constant. @throws ConvertError for unsupported types, and if the number of bytes does not match the shape */
export function constantValue({ name, type, shape }: GraphConstant, bytes: Bytes, file: string): ConstantValue {
  const sources = [name];
  const packed = fourBits[type];
  if (packed) return { sources, shape, dtype: packed, bytes: unpack(bytes, elementCount(shape), packed === 'I8') };
  const dtype = dtypes[type];
  if (!dtype) throw cannotConvert(file, `stores "${shorten(name)}" as type ${type}`);
  if (elementCount(shape) * elementBytes[dtype] !== bytes.length)
    throw cannotConvert(file, `has ${bytes.length} bytes for "${shorten(name)}" [${shape.slice(0, 9).join(', ')}]`);
  return { sources, shape, dtype, bytes };
}

/** Shortens a name for messages. */
export const shorten = (name: string): string => name.slice(0, 200);

/** Expands 4-bit integers to bytes. Rows of odd length are not padded. */
export function unpack(packed: Bytes, count: number, signed: boolean): Bytes {
  const result = allocate(Uint8Array, Math.min(count, packed.length * 2));
  for (let i = 0; i < result.length; i++) {
    const nibble = ((packed[i >> 1] ?? 0) >> (i % 2 === 0 ? 0 : 4)) & 15;
    result[i] = signed ? (nibble << 28) >> 28 : nibble;
  }
  return result;
}

/** Whether a value is stored as floats. */
export const isFloat = ({ dtype }: Pick<ConstantValue, 'dtype'>): boolean => /^B?F\d+$/u.test(dtype);

/** Returns the number of rows and columns. A vector is one row. */
export function sidesOf({ shape }: Pick<ConstantValue, 'shape'>): readonly [rows: number, columns: number] {
  const columns = shape.at(-1) ?? 1;
  return [elementCount(shape.slice(0, -1)), columns];
}

/**
 * Adds scales to integers. Returns floats and values with scales unchanged.
 *
 * @param axis axis of the scales, if there are several
 * @param block number of values along that axis per scale. Default: 1.
 * @throws ConvertError when the number of scales is wrong
 */
export function quantizedValue(
  integers: ConstantValue,
  {
    scale,
    zero,
    axis,
    block = 1,
  }: { scale: ConstantValue; zero?: ConstantValue | undefined; axis: number; block?: number },
  file: string,
): ConstantValue {
  if (integers.quantized || isFloat(integers)) return integers;
  const [rows, columns] = sidesOf(integers);
  const scales = numbersOf(scale);
  const alongRows = (axis < 0 ? axis + integers.shape.length : axis) < integers.shape.length - 1;
  const isWhole = scales.length === 1;
  const whole = { rows: Math.max(rows, 1), columns: Math.max(columns, 1) };
  const others = block > 1 ? { rows: 1, columns: 1 } : whole;
  const size = isWhole ? whole : alongRows ? { ...others, rows: block } : { ...others, columns: block };
  const quantized = { scales, zeros: zero && numbersOf(zero), ...size };
  const value = {
    ...integers,
    quantized,
    sources: [...integers.sources, ...scale.sources, ...(zero?.sources ?? [])],
  };
  checkBlocks(value, quantized, file);
  return value;
}

function checkBlocks(value: ConstantValue, { scales, zeros, rows, columns }: Quantization, file: string): void {
  const [height, width] = sidesOf(value);
  const blocks = Math.ceil(height / rows) * Math.ceil(width / columns);
  const fits =
    rows >= 1 && columns >= 1 && scales.length === blocks && (zeros === undefined || zeros.length === blocks);
  if (!fits) {
    const name = shorten(value.sources[0] ?? '');
    throw cannotConvert(file, `has ${scales.length} scales for "${name}" [${height}, ${width}]`);
  }
}

const numbersOf = ({ sources, ...value }: ConstantValue): Float32Array<ArrayBuffer> =>
  toFloat32({ name: sources[0] ?? '', ...value });

/** Returns the values of a constant, dequantized to f32. */
export function readNumbers(value: ConstantValue): Float32Array<ArrayBuffer> {
  const { quantized } = value;
  const integers = numbersOf(value);
  if (!quantized) return integers;
  const [rows, columns] = sidesOf(value);
  const numbers = allocate(Float32Array, integers.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = blockAt(quantized, columns, row, column);
      const at = row * columns + column;
      numbers[at] = ((integers[at] ?? 0) - (quantized.zeros?.[block] ?? 0)) * (quantized.scales[block] ?? 0);
    }
  }
  return numbers;
}

/** Returns the index of an element's block. @param width width of the matrix */
export function blockAt(
  size: Pick<Quantization, 'rows' | 'columns'>,
  width: number,
  row: number,
  column: number,
): number {
  return Math.floor(row / size.rows) * Math.ceil(width / size.columns) + Math.floor(column / size.columns);
}

/** Transposes a matrix. */
export function transposed(value: ConstantValue): ConstantValue {
  const { dtype, bytes, quantized } = value;
  const [rows, columns] = sidesOf(value);
  return {
    ...value,
    shape: [columns, rows],
    bytes: transposeBytes(bytes, rows, columns, elementBytes[dtype]),
    quantized: quantized && {
      scales: transposedBlocks(quantized.scales, quantized, rows, columns),
      zeros: quantized.zeros && transposedBlocks(quantized.zeros, quantized, rows, columns),
      rows: quantized.columns,
      columns: quantized.rows,
    },
  };
}

function transposedBlocks(
  values: Float32Array<ArrayBuffer>,
  size: Pick<Quantization, 'rows' | 'columns'>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const [height, width] = [Math.ceil(rows / size.rows), Math.ceil(columns / size.columns)];
  return values.map((_, at) => values[(at % height) * width + Math.floor(at / height)] ?? 0);
}
