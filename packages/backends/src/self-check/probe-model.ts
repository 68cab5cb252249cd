/**
 * A tiny ALBERT whose weights are a formula, so that it needs no file: what a backend must compute right to be believed.
 *
 * `expectedHidden` was computed by Hugging Face transformers (PyTorch, float32, CPU) from the same formula:
 * `scripts/self_check_reference.py`.
 */
import type { AlbertConfig, Head, RawInputs, WeightReader, WeightSpec } from '@albert-web/core';
import { memoize } from '../memoize.ts';
import { defaultConfig, modelWeights } from '@albert-web/core';

/** Two layers, two heads of 16: every kernel runs, and no size hides a wrong edge. */
export const probeConfig: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 16,
  embedding_size: 8,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 48,
  max_position_embeddings: 16,
};

/** Pooler and classifier: two more products, by which most models answer. */
export const probeHead = 'sequence_classification' satisfies Head;

/** A pair of sentences of ids, the second row padded. */
export const probeInputs: RawInputs = {
  inputIds: [
    [2, 5, 6, 7, 3, 8, 9, 3],
    [2, 10, 3, 11, 3, 0, 0, 0],
  ],
  attentionMask: [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 0, 0, 0],
  ],
  tokenTypeIds: [
    [0, 0, 0, 0, 0, 1, 1, 1],
    [0, 0, 0, 1, 1, 0, 0, 0],
  ],
};

/** Last hidden state of the first token of each row, `[2][32]`. */
export const expectedHidden: readonly (readonly number[])[] = [
  [
    -1.154361, 0.195486, -0.681993, -0.127407, 0.941429, 2.688405, -1.602583, -0.71029, -0.958084, -0.780887, -0.919255,
    -0.886091, -0.215929, -0.231424, 3.281188, -0.045104, 0.10932, -1.156357, 0.321501, 0.505962, 0.396383, -1.01988,
    1.072959, -0.105969, -0.553587, 0.751514, 1.129962, -0.379553, 0.864334, -1.014521, -0.060394, 1.393053,
  ],
  [
    0.849886, 1.458354, -0.859446, -1.460855, 0.716058, 1.576961, -0.677693, -0.467697, -1.206533, -0.84156, -1.499218,
    -1.525683, 1.193287, -1.392733, 1.700084, -0.382597, -0.022882, -0.006782, 0.412612, -1.521526, -0.101793,
    -0.938776, 0.600228, 1.354015, -0.251067, 1.916741, 0.4423, 0.540736, 0.096956, -1.160502, 0.94925, 1.137167,
  ],
];

/** Value `index` of weight number `order` in checkpoint order, spread over [-0.5, 0.5); LayerNorm scales are 1 more. */
function probeValue(order: number, index: number): number {
  const wave = Math.sin(order * 12.9898 + index * 78.233) * 1000;
  return wave - Math.floor(wave) - 0.5;
}

/** The weights of the probe model. */
export const probeWeights: WeightReader = {
  shape: (name) => find(name)?.spec.shape,
  float32: (name) => valuesOf(name, sizeOf(find(name)?.spec.shape ?? [0]), (index) => index),
  rows(name, rows) {
    const width = find(name)?.spec.shape[1] ?? 1;
    return valuesOf(name, rows.length * width, (i) => (rows[Math.floor(i / width)] ?? 0) * width + (i % width));
  },
  int8: () => undefined,
  int4: () => undefined,
};

/** @param indexOf the place in the weight of each value wanted */
function valuesOf(name: string, length: number, indexOf: (i: number) => number): Float32Array<ArrayBuffer> {
  const order = find(name)?.order ?? 0;
  const scale = /(LayerNorm|layer_norm)\.weight$/u.test(name) ? 1 : 0;
  return Float32Array.from({ length }, (_, i) => scale + probeValue(order, indexOf(i)));
}

const find = memoize((name: string): { spec: WeightSpec; order: number } | undefined => {
  const specs = modelWeights(probeConfig, probeHead);
  const order = specs.findIndex((spec) => spec.name === name);
  const spec = specs[order];
  return spec && { spec, order };
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, side) => size * side, 1);
