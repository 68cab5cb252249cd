/**
 * A tiny ALBERT that a backend must compute correctly to be trusted. Its weights are given by a formula, so it needs no file.
 *
 * `scripts/self_check_reference.py` computed `expectedHidden` from the same formula with Hugging Face transformers (PyTorch,
 * float32, CPU).
 */
import type { AlbertConfig, Head, RawInputs, StoredFormat, WeightReader, WeightSpec } from '@albert-web/core';
import { memoize } from '../memoize.ts';
import { defaultConfig, int4GroupSize, modelWeights } from '@albert-web/core';

/**
 * Two layers, two heads of 16: every kernel runs, and no size hides a mistake at an edge. The columns of every matrix fill one or
 * three groups of 4-bit weights.
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

/** Pooler and classifier: two more products, which most models use. */
export const probeHead = 'sequence_classification' satisfies Head;

/**
 * Two rows that lose little when rounded to int8. The second row masks words: if a backend ignored the mask, its hidden state
 * would change by 3.5.
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
    -0.5478, 1.3866, -0.4944, 2.9214, 0.1796, 0.4754, 2.2583, -0.3958, -1.6265, 1.6799, -0.5859, -0.3847, -1.3174,
    -1.2173, 0.6661, 0.8745, -2.4503, -1.5435, -0.6212, -0.3472, -0.0475, 1.5595, 0.3323, -0.7897, -0.5162, 1.5176,
    -1.2234, 0.6, -0.1395, -0.8829, 1.2108, 1.7306,
  ],
  [
    -0.4821, 1.2666, -0.407, 3.5221, 0.3069, 0.2342, 1.9933, -0.3057, -2.1466, 1.2944, -0.3398, -0.2292, -1.2258,
    -0.9864, 1.3139, 0.8188, -2.2394, -1.605, -0.6749, -0.0538, 0.0699, 1.305, 0.3898, -1.0054, -0.611, 1.5854, -1.2541,
    0.277, -0.5471, -0.6665, 0.9711, 1.6861,
  ],
];

/** Returns value `index` of vector number `order` in checkpoint order, in [-0.5, 0.5); LayerNorm scales are 1 larger. */
const vectorValue = (order: number, index: number): number => wave(order, index) - 0.5;

/** Returns value `index` of matrix number `order`: a 4-bit number times the scale of its group. */
const matrixValue = (order: number, index: number): number => nibble(order, index) * groupScale(index);

/** Returns a 4-bit number, from -8 to 7. */
const nibble = (order: number, index: number): number => Math.floor(16 * wave(order, index)) - 8;

const unit = 1 / 16;

/** Returns a group's scale, `unit` or `-2 * unit`, so that int8 rows can store the same numbers as 4-bit groups. */
const groupScale = (index: number): number => (Math.floor(index / int4GroupSize) % 3 === 1 ? -2 : 1) * unit;

/** Returns a pseudorandom number in [0, 1). */
function wave(order: number, index: number): number {
  const value = Math.sin(order * 12.9898 + index * 78.233) * 1000;
  return value - Math.floor(value);
}

/** Returns the weights of the probe model: the same numbers in every format. */
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

/** Returns values of a weight. @param indexOf returns the index in the weight of each value */
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
