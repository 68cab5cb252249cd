/** Packs weights as the kernels read them: transposed to `[depth, columns]`, padded to whole vectors, in any `WeightStorage`. */
import { allocate } from '@albert-web/errors';
import type { WeightReader } from '@albert-web/core';
import { float32ToHalf, int4GroupSize, MissingTensorError } from '@albert-web/core';
import type { WeightStorage } from './matmul/weight-storage.ts';
import { vectorsOf } from './sizes.ts';

/** One or more stored matrices `[out, in]` side by side, as one product multiplies by them. */
export interface MatrixLayout {
  /** Canonical names without `.weight` and `.bias`, in the order of their columns. */
  readonly names: readonly string[];
  /** Inputs and outputs of each matrix as stored. */
  readonly stored: { readonly inputs: number; readonly outputs: number };
  /** Return the place of a stored input or output; heads are padded to whole vectors. Default: unchanged. */
  readonly inputPlace?: (index: number) => number;
  readonly outputPlace?: (index: number) => number;
  /** Inputs of the product, and outputs of each matrix in it, heads padded. */
  readonly depth: number;
  readonly columnsEach: number;
}

/** Bytes for the GPU. */
export interface PackedMatrix {
  readonly weight: Uint8Array<ArrayBuffer>;
  /** Bias, then scales, in one row or one row per `int4GroupSize` inputs; for all columns, padded to whole vectors. */
  readonly columnVectors: Float32Array<ArrayBuffer>;
}

/** Packs the weights of one product. */
export function packMatrix(weights: WeightReader, layout: MatrixLayout, storage: WeightStorage): PackedMatrix {
  const { names, stored, depth, columnsEach, inputPlace = unmoved, outputPlace = unmoved } = layout;
  const columns = 4 * vectorsOf(columnsEach * names.length);
  const rows = Int32Array.from({ length: stored.inputs }, (_, k) => inputPlace(k));
  const groups = scaleRows(storage, depth);
  const columnVectors = allocate(Float32Array, (1 + groups) * columns);
  const { make, read, put } = formats[storage];
  const packed = make(4 * vectorsOf(depth) * columns);

  names.forEach((name, part) => {
    const { values, scales } = read(weights, `${name}.weight`, stored.inputs);
    const bias = weights.float32(`${name}.bias`);
    for (let out = 0; out < stored.outputs; out++) {
      const column = part * columnsEach + outputPlace(out);
      columnVectors[column] = bias[out] ?? 0;
      for (let group = 0; group < groups; group++) {
        columnVectors[(1 + group) * columns + column] = scales?.[out * groups + group] ?? 1;
      }
      for (let k = 0; k < stored.inputs; k++)
        put(packed, rows[k] ?? 0, column, columns, values, out * stored.inputs + k);
    }
  });
  return { weight: new Uint8Array(packed.buffer), columnVectors };
}

/** Returns the number of rows of scales after the bias. */
export function scaleRows(storage: WeightStorage, depth: number): number {
  return formats[storage] === nibbles ? depth / int4GroupSize : 1;
}

/** Returns whether 4-bit weights can stay in 4 bits: their inputs fill their groups and none is moved. */
export function keepsGroups({ stored, depth }: MatrixLayout): boolean {
  return depth === stored.inputs && depth % int4GroupSize === 0;
}

/** Packs a LayerNorm's weight, then its bias, each padded with zeros to whole vectors, so that padding stays zero. */
export function packNorm(weights: WeightReader, name: string, hidden: number): Float32Array<ArrayBuffer> {
  const padded = 4 * vectorsOf(hidden);
  const values = allocate(Float32Array, 2 * padded);
  values.set(weights.float32(`${name}.weight`));
  values.set(weights.float32(`${name}.bias`), padded);
  return values;
}

/** Returns symmetric int8 rows, `value = int8 * scale[row]`: as stored, or quantized here from floats. */
export function int8Rows(
  weights: WeightReader,
  name: string,
  inputs: number,
): StoredMatrix<Int8Array> & { readonly scales: Float32Array } {
  const stored = weights.int8(name);
  if (stored) return stored;
  const floats = weights.float32(name);
  const values = allocate(Int8Array, floats.length);
  const scales = allocate(Float32Array, floats.length / inputs);
  for (let row = 0; row < scales.length; row++) {
    let largest = 0;
    for (let k = 0; k < inputs; k++) largest = Math.max(largest, Math.abs(floats[row * inputs + k] ?? 0));
    const scale = largest / 127 || 1;
    scales[row] = scale;
    for (let k = 0; k < inputs; k++) values[row * inputs + k] = Math.round((floats[row * inputs + k] ?? 0) / scale);
  }
  return { values, scales };
}

/** The elements `[out, in]` of a format; whole numbers have one scale per output or group. */
interface StoredMatrix<Values> {
  readonly values: Values;
  readonly scales?: Float32Array;
}

type Values = Float32Array | Uint16Array | Int8Array | Uint8Array;
type Packed = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** How values of a padded `[depth, columns]` matrix are stored. */
interface Format {
  /** Returns zeros for `size` values. */
  readonly make: (size: number) => Packed;
  readonly read: (weights: WeightReader, name: string, inputs: number) => StoredMatrix<Values>;
  /** Stores value number `index` of `values` at its row and column. */
  readonly put: (packed: Packed, row: number, column: number, columns: number, values: Values, index: number) => void;
}

const unmoved = (index: number): number => index;

const byRow: Format['put'] = (packed, row, column, columns, values, index) => {
  packed[row * columns + column] = values[index] ?? 0;
};
/** Four rows of one column share a word, as integer dot products read them. */
const byWord: Format['put'] = (packed, row, column, columns, values, index) => {
  packed[((row >> 2) * columns + column) * 4 + (row & 3)] = values[index] ?? 0;
};
/** Eight rows share a word, the first four in the lower halves of its bytes, in two's complement. */
const byHalfWord: Format['put'] = (packed, row, column, columns, values, index) => {
  const at = ((row >> 3) * columns + column) * 4 + (row & 3);
  const nibble = (((values[index >> 1] ?? 0) >> (4 * (index & 1))) & 15) ^ 8;
  packed[at] = (packed[at] ?? 0) | (nibble << (row & 4));
};

const half: Format = {
  make: (size) => allocate(Uint16Array, size),
  read: (weights, name) => ({ values: float32ToHalf(weights.float32(name)) }),
  put: byRow,
};
const bytes: Format = { make: (size) => allocate(Int8Array, size), read: int8Rows, put: byWord };
const nibbles: Format = {
  make: (size) => allocate(Uint8Array, size / 2),
  read(weights, name) {
    const stored = weights.int4(name);
    if (!stored) throw notInInt4(name);
    // Kernels read a weight as the upper half of a byte, sixteen times its value.
    return { values: stored.packed, scales: stored.scales.map((scale) => scale / 16) };
  },
  put: byHalfWord,
};
const formats: Readonly<Record<WeightStorage, Format>> = {
  f32: {
    make: (size) => allocate(Float32Array, size),
    read: (weights, name) => ({ values: weights.float32(name) }),
    put: byRow,
  },
  f16: half,
  'f16-packed': half,
  q8: bytes,
  'q8-dot4': bytes,
  q4: nibbles,
  'q4-dot4': nibbles,
};

function notInInt4(name: string): MissingTensorError {
  return new MissingTensorError({
    problem: `"${name}" is not stored in 4 bits, which its kernels were compiled for`,
    remedy: 'Report this, with the configuration of the model',
  });
}
