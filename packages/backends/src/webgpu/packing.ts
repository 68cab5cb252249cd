/** Weights as the kernels read them: transposed to `[depth, columns]`, padded to whole vectors, in f32, f16 or q8. */
import type { WeightReader } from '@albert-web/core';
import { float16Bits } from './float16.ts';
import type { WeightStorage } from './matmul/program.ts';
import { vectorsOf } from './program.ts';

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
  const { bytes, put } = packed(storage, 4 * vectorsOf(depth), columns);

  names.forEach((name, part) => {
    const { values, scales } =
      storage === 'q8' ? int8Rows(weights, `${name}.weight`, stored.inputs) : plainRows(weights, name);
    const bias = weights.float32(`${name}.bias`);
    for (let out = 0; out < stored.outputs; out++) {
      const column = part * columnsEach + outputPlace(out);
      columnVectors[column] = bias[out] ?? 0;
      columnVectors[columns + column] = scales?.[out] ?? 1;
      for (let k = 0; k < stored.inputs; k++) {
        put(rows[k] ?? 0, column, values[out * stored.inputs + k] ?? 0);
      }
    }
  });
  return { weight: bytes, columnVectors };
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
): { readonly values: Int8Array; readonly scales: Float32Array } {
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

function plainRows(
  weights: WeightReader,
  name: string,
): { readonly values: Float32Array; readonly scales?: undefined } {
  return { values: weights.float32(`${name}.weight`) };
}

/** Zeroed bytes for a padded `[depth, columns]` matrix, and how to put a value into them. */
function packed(
  storage: WeightStorage,
  depth: number,
  columns: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly put: (row: number, column: number, value: number) => void } {
  switch (storage) {
    case 'f32': {
      const values = new Float32Array(depth * columns);
      return {
        bytes: new Uint8Array(values.buffer),
        put: (row, column, value) => void (values[row * columns + column] = value),
      };
    }
    case 'f16':
    case 'f16-packed': {
      const values = new Uint16Array(depth * columns);
      const put = (row: number, column: number, value: number): void =>
        void (values[row * columns + column] = float16Bits(value));
      return { bytes: new Uint8Array(values.buffer), put };
    }
    case 'q8': {
      // Four rows of one column share a word, as integer dot products take them.
      const values = new Int8Array(depth * columns);
      const put = (row: number, column: number, value: number): void =>
        void (values[((row >> 2) * columns + column) * 4 + (row & 3)] = value);
      return { bytes: new Uint8Array(values.buffer), put };
    }
  }
}

const unmoved = (index: number): number => index;
