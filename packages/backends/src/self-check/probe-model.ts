/**
 * A tiny ALBERT whose weights are a formula, so that it needs no file: what a backend must compute right to be believed.
 *
 * `expectedHidden` was computed by Hugging Face transformers (PyTorch, float32, CPU) from the same formula:
 * `scripts/self_check_reference.py`.
 */
import type { AlbertConfig, Head, RawInputs, StoredFormat, WeightReader, WeightSpec } from '@albert-web/core';
import { memoize } from '../memoize.ts';
import { defaultConfig, int4GroupSize, modelWeights } from '@albert-web/core';

/**
 * Two layers, two heads of 16: every kernel runs, and no size hides a wrong edge. The columns of every matrix fill groups of 4-bit
 * weights, one and three of them.
 */
export const probeConfig: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 16,
  embedding_size: 32,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 96,
  max_position_embeddings: 16,
};

/** Pooler and classifier: two more products, by which most models answer. */
export const probeHead = 'sequence_classification' satisfies Head;

/**
 * Two rows whose rounding to int8 costs little. What the second one masks are words: forgotten, the mask would change its hidden
 * state by 3.5.
 */
export const probeInputs: RawInputs = {
  inputIds: [
    [11, 12, 1, 13, 7, 2, 6, 5],
    [8, 9, 14, 1, 11, 14, 6, 1],
  ],
  attentionMask: [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 0, 0, 0],
  ],
  tokenTypeIds: [
    [0, 0, 0, 1, 0, 1, 1, 1],
    [0, 0, 0, 1, 1, 1, 0, 0],
  ],
};

/** Last hidden state of the first token of each row, `[2][32]`. */
export const expectedHidden: readonly (readonly number[])[] = [
  [
    -0.547783, 1.386629, -0.494428, 2.921392, 0.179597, 0.475387, 2.258277, -0.395768, -1.626451, 1.679902, -0.585864,
    -0.384719, -1.31735, -1.217332, 0.666122, 0.874491, -2.450257, -1.543497, -0.621218, -0.347191, -0.047535, 1.559534,
    0.332333, -0.789676, -0.516244, 1.517627, -1.223373, 0.599959, -0.139519, -0.88292, 1.210792, 1.7306,
  ],
  [
    -0.482076, 1.266583, -0.407048, 3.522083, 0.306881, 0.234218, 1.993325, -0.30573, -2.146605, 1.294364, -0.339843,
    -0.229211, -1.225779, -0.986421, 1.313883, 0.818829, -2.239447, -1.605049, -0.674887, -0.053834, 0.069861, 1.304956,
    0.389758, -1.005403, -0.610977, 1.585392, -1.254087, 0.277049, -0.547144, -0.666495, 0.971112, 1.686075,
  ],
];

/** Value `index` of vector number `order` in checkpoint order, spread over [-0.5, 0.5); LayerNorm scales are 1 more. */
const vectorValue = (order: number, index: number): number => wave(order, index) - 0.5;

/** Value `index` of matrix number `order`: a 4-bit number times the scale of its group. */
const matrixValue = (order: number, index: number): number => nibble(order, index) * groupScale(index);

/** From -8 to 7. */
const nibble = (order: number, index: number): number => Math.floor(16 * wave(order, index)) - 8;

const unit = 1 / 16;

/** A group's scale: `unit`, or twice as much below zero, so that rows of int8 hold the same numbers as groups of 4 bits. */
const groupScale = (index: number): number => (Math.floor(index / int4GroupSize) % 3 === 1 ? -2 : 1) * unit;

/** Spread over [0, 1). */
function wave(order: number, index: number): number {
  const value = Math.sin(order * 12.9898 + index * 78.233) * 1000;
  return value - Math.floor(value);
}

/** The weights of the probe model, the same numbers however they are stored. */
export function probeWeights(storedAs: StoredFormat): WeightReader {
  const storedIn = (format: StoredFormat, name: string): Matrix | undefined => {
    const matrix = find(name);
    return storedAs === format && matrix?.spec.shape.length === 2 ? matrix : undefined;
  };
  return {
    shape: (name) => find(name)?.spec.shape,
    float32: (name) => valuesOf(name, sizeOf(find(name)?.spec.shape ?? [0]), (index) => index),
    rows(name, rows) {
      const width = find(name)?.spec.shape[1] ?? 1;
      return valuesOf(name, rows.length * width, (i) => (rows[Math.floor(i / width)] ?? 0) * width + (i % width));
    },
    int8(name) {
      const matrix = storedIn('q8', name);
      if (!matrix) return undefined;
      const [rows = 0] = matrix.spec.shape;
      const values = Int8Array.from(
        { length: sizeOf(matrix.spec.shape) },
        (_, i) => matrixValue(matrix.order, i) / unit,
      );
      return { values, scales: new Float32Array(rows).fill(unit) };
    },
    int4(name) {
      const matrix = storedIn('q4', name);
      if (!matrix) return undefined;
      const size = sizeOf(matrix.spec.shape);
      const half = (i: number): number => nibble(matrix.order, i) + 8;
      return {
        packed: Uint8Array.from({ length: size / 2 }, (_, i) => half(2 * i) | (half(2 * i + 1) << 4)),
        scales: Float32Array.from({ length: size / int4GroupSize }, (_, group) => groupScale(group * int4GroupSize)),
      };
    },
  };
}

interface Matrix {
  readonly spec: WeightSpec;
  readonly order: number;
}

/** @param indexOf the place in the weight of each value wanted */
function valuesOf(name: string, length: number, indexOf: (i: number) => number): Float32Array<ArrayBuffer> {
  const { spec, order = 0 } = find(name) ?? {};
  const one = /(LayerNorm|layer_norm)\.weight$/u.test(name) ? 1 : 0;
  return Float32Array.from({ length }, (_, i) =>
    spec?.shape.length === 2 ? matrixValue(order, indexOf(i)) : one + vectorValue(order, indexOf(i)),
  );
}

const find = memoize((name: string): Matrix | undefined => {
  const specs = modelWeights(probeConfig, probeHead);
  const order = specs.findIndex((spec) => spec.name === name);
  const spec = specs[order];
  return spec && { spec, order };
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, side) => size * side, 1);
