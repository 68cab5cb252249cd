/** Weights as the kernels read them: transposed to `[depth, columns]`, padded to whole vectors, in f32, f16 or q8. */
import type { WeightReader } from '@albert-web/core';
import { float32ToHalf } from '@albert-web/core';
import type { WeightStorage } from './matmul/weight-storage.ts';
import { vectorsOf } from './sizes.ts';

/** One or several stored matrices `[out, in]` side by side, as one product multiplies by them. */
export interface MatrixLayout {
  /** Canonical names without `.weight` and `.bias`; their columns follow one another. */
  readonly names: readonly string[];
  /** Inputs and outputs of each as stored. */
  readonly stored: { readonly inputs: number; readonly outputs: number };
  /** Where a stored input or output goes; heads are padded to whole vectors. Default: where it was. */
  readonly inputPlace?: (index: number) => number;
  readonly outputPlace?: (index: number) => number;
  /** Inputs of the product, and outputs of each matrix in it, heads padded. */
  readonly depth: number;
  readonly columnsEach: number;
}

/** Bytes for the GPU. */
export interface PackedMatrix {
  readonly weight: Uint8Array<ArrayBuffer>;
  /** Bias, then scale, each of all columns, padded to whole vectors. */
  readonly columnVectors: Float32Array<ArrayBuffer>;
}

/** Packs the weights of one product. */
export function packMatrix(weights: WeightReader, layout: MatrixLayout, storage: WeightStorage): PackedMatrix {
  const { names, stored, depth, columnsEach, inputPlace = unmoved, outputPlace = unmoved } = layout;
  const columns = 4 * vectorsOf(columnsEach * names.length);
  const rows = Int32Array.from({ length: stored.inputs }, (_, k) => inputPlace(k));
  const columnVectors = new Float32Array(2 * columns);
  const { make, read, place } = formats[storage];
  const packed = make(4 * vectorsOf(depth) * columns);

  names.forEach((name, part) => {
    const { values, scales } = read(weights, `${name}.weight`, stored.inputs);
    const bias = weights.float32(`${name}.bias`);
    for (let out = 0; out < stored.outputs; out++) {
      const column = part * columnsEach + outputPlace(out);
      columnVectors[column] = bias[out] ?? 0;
      columnVectors[columns + column] = scales?.[out] ?? 1;
      for (let k = 0; k < stored.inputs; k++) {
        packed[place(rows[k] ?? 0, column, columns)] = values[out * stored.inputs + k] ?? 0;
      }
    }
  });
  return { weight: new Uint8Array(packed.buffer), columnVectors };
}

/** LayerNorm's weight, then its bias, each padded to whole vectors with zeros, so that padding stays zero. */
export function packNorm(weights: WeightReader, name: string, hidden: number): Float32Array<ArrayBuffer> {
  const padded = 4 * vectorsOf(hidden);
  const values = new Float32Array(2 * padded);
  values.set(weights.float32(`${name}.weight`));
  values.set(weights.float32(`${name}.bias`), padded);
  return values;
}

/** Symmetric int8 by row: `value = int8 * scale[row]`, as stored or, from a float checkpoint, made here. */
export function int8Rows(
  weights: WeightReader,
  name: string,
  inputs: number,
): StoredMatrix<Int8Array> & { readonly scales: Float32Array } {
  const stored = weights.int8(name);
  if (stored) return stored;
  const floats = weights.float32(name);
  const values = new Int8Array(floats.length);
  const scales = new Float32Array(floats.length / inputs);
  for (let row = 0; row < scales.length; row++) {
    let largest = 0;
    for (let k = 0; k < inputs; k++) largest = Math.max(largest, Math.abs(floats[row * inputs + k] ?? 0));
    const scale = largest / 127 || 1;
    scales[row] = scale;
    for (let k = 0; k < inputs; k++) values[row * inputs + k] = Math.round((floats[row * inputs + k] ?? 0) / scale);
  }
  return { values, scales };
}

/** `[out, in]` as the kernels read its elements, int8 ones with one scale per output. */
interface StoredMatrix<Values> {
  readonly values: Values;
  readonly scales?: Float32Array;
}

/** How values of a padded `[depth, columns]` matrix are stored. */
interface Format {
  readonly make: (size: number) => Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int8Array<ArrayBuffer>;
  readonly read: (
    weights: WeightReader,
    name: string,
    inputs: number,
  ) => StoredMatrix<Float32Array | Uint16Array | Int8Array>;
  readonly place: (row: number, column: number, columns: number) => number;
}

const unmoved = (index: number): number => index;
const byRow = (row: number, column: number, columns: number): number => row * columns + column;
/** Four rows of one column share a word, as integer dot products take them. */
const byWord = (row: number, column: number, columns: number): number =>
  ((row >> 2) * columns + column) * 4 + (row & 3);

const half: Format = {
  make: (size) => new Uint16Array(size),
  read: (weights, name) => ({ values: float32ToHalf(weights.float32(name)) }),
  place: byRow,
};
const bytes: Format = { make: (size) => new Int8Array(size), read: int8Rows, place: byWord };
const formats: Readonly<Record<WeightStorage, Format>> = {
  f32: {
    make: (size) => new Float32Array(size),
    read: (weights, name) => ({ values: weights.float32(name) }),
    place: byRow,
  },
  f16: half,
  'f16-packed': half,
  q8: bytes,
  'q8-dot4': bytes,
};
