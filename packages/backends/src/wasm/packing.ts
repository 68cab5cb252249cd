/** Puts the encoder's weights into the module's memory, once, in the order in which the kernels read them. */
import {
  checkFinite,
  checkWeights,
  encoderLayers,
  encoderWeights,
  headSize,
  type AlbertConfig,
  type WeightReader,
} from '@albert-web/core';
import type { Heap } from './heap.ts';
import { writeLayer, writeLinear } from './records.ts';

/** Columns in a panel, of weights and activations alike. */
export const panelSize = 8;

/** Addresses of what was packed. */
export interface PackedEncoder {
  /** The `Linear` from embedding to hidden size; always f32, being a hundredth of the work. */
  readonly mapping: number;
  /** The `Layer` records of each hidden layer's inner layers. Shared weights are packed once. */
  readonly layers: readonly (readonly number[])[];
}

/** How matrices are stored: as f32, or as int8 of which `group` inputs of one output lie together. */
export type WeightFormat = { readonly kind: 'f32' } | { readonly kind: 'q8'; readonly group: number };

/** Panels that hold `size` columns. */
export function panelsOf(size: number): number {
  return Math.ceil(size / panelSize);
}

/** Panels of one attention head: each head starts a panel of its own. */
export function headPanelsOf(config: AlbertConfig): number {
  return panelsOf(headSize(config));
}

/** @throws MissingTensorError, TensorShapeError, NonFiniteWeightError */
export function packEncoder(
  config: AlbertConfig,
  weights: WeightReader,
  heap: Heap,
  format: WeightFormat,
): PackedEncoder {
  checkWeights(encoderWeights(config), weights);
  const packed = new Map<string, number>();
  const once = (name: string, pack: () => number): number => {
    const known = packed.get(name);
    if (known !== undefined) return known;
    const address = pack();
    packed.set(name, address);
    return address;
  };
  const heads = headColumns(config);
  const hidden = columns(config.hidden_size);
  const inner = columns(config.intermediate_size);
  const linear = (name: string, parts: readonly string[], outputs: Int32Array, inputs: Int32Array): number =>
    once(name, () =>
      packLinear(
        heap,
        parts.map((part) => readMatrix(weights, part, format)),
        outputs,
        inputs,
        format,
      ),
    );
  const vector = (name: string): number => once(name, () => packVector(heap, finite(weights, name), hidden));
  const layer = (attention: string, feedForward: string): number =>
    once(`${attention} ${feedForward}`, () =>
      writeLayer(heap, {
        queryKeyValue: linear(
          attention,
          ['query', 'key', 'value'].map((part) => `${attention}.${part}`),
          heads,
          hidden,
        ),
        attentionOutput: linear(`${attention}.dense`, [`${attention}.dense`], hidden, heads),
        attentionNormWeight: vector(`${attention}.LayerNorm.weight`),
        attentionNormBias: vector(`${attention}.LayerNorm.bias`),
        ffn: linear(`${feedForward}.ffn`, [`${feedForward}.ffn`], inner, hidden),
        ffnOutput: linear(`${feedForward}.ffn_output`, [`${feedForward}.ffn_output`], hidden, inner),
        outputNormWeight: vector(`${feedForward}.full_layer_layer_norm.weight`),
        outputNormBias: vector(`${feedForward}.full_layer_layer_norm.bias`),
      }),
    );
  const f32 = { kind: 'f32' } as const;
  const mapping = readMatrix(weights, 'encoder.embedding_hidden_mapping_in', f32);
  return {
    mapping: packLinear(heap, [mapping], hidden, columns(config.embedding_size), f32),
    layers: encoderLayers(config).map((inners) => inners.map((names) => layer(names.attention, names.feedForward))),
  };
}

/** For every packed column the one it comes from, or -1 for padding. */
function columns(size: number): Int32Array {
  return Int32Array.from({ length: panelsOf(size) * panelSize }, (_, column) => (column < size ? column : -1));
}

/** The same for all heads side by side, each padded to whole panels. */
function headColumns(config: AlbertConfig): Int32Array {
  const size = headSize(config);
  const head = columns(size);
  return Int32Array.from({ length: config.num_attention_heads * head.length }, (_, column) => {
    const within = head[column % head.length] ?? -1;
    return within < 0 ? -1 : Math.floor(column / head.length) * size + within;
  });
}

/** A linear layer as its checkpoint has it: `values` `[outputs, inputs]`, int8 ones with one scale per output. */
interface Matrix {
  readonly values: Float32Array | Int8Array;
  readonly scales: Float32Array | undefined;
  readonly bias: Float32Array;
}

function readMatrix(weights: WeightReader, name: string, format: WeightFormat): Matrix {
  const bias = finite(weights, `${name}.bias`);
  if (format.kind === 'f32') return { values: finite(weights, `${name}.weight`), scales: undefined, bias };
  const stored = weights.int8(`${name}.weight`);
  return { ...(stored ?? quantiseMatrix(finite(weights, `${name}.weight`), bias.length)), bias };
}

/** Symmetric int8, each output's largest weight at 127. */
function quantiseMatrix(values: Float32Array, outputs: number): { values: Int8Array; scales: Float32Array } {
  const inputs = values.length / outputs;
  const quantised = new Int8Array(values.length);
  const scales = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const row = values.subarray(output * inputs, (output + 1) * inputs);
    let largest = 0;
    for (let i = 0; i < inputs; i++) largest = Math.max(largest, Math.abs(row[i] ?? 0));
    const scale = largest / 127;
    scales[output] = scale;
    if (scale === 0) continue;
    for (let i = 0; i < inputs; i++) quantised[output * inputs + i] = Math.round((row[i] ?? 0) / scale);
  }
  return { values: quantised, scales };
}

/** One or more matrices over the same inputs, their padded outputs side by side. */
function packLinear(
  heap: Heap,
  matrices: readonly Matrix[],
  outputs: Int32Array,
  inputs: Int32Array,
  format: WeightFormat,
): number {
  const count = matrices.length * outputs.length;
  const size = count * inputs.length;
  const group = format.kind === 'f32' ? 1 : format.group;
  const record = {
    weights: heap.allocate(format.kind === 'f32' ? size * 4 : size),
    bias: heap.allocate(count * 4),
    scales: format.kind === 'f32' ? 0 : heap.allocate(count * 4),
    sums: format.kind === 'f32' ? 0 : heap.allocate(count * 4),
    inputPanels: inputs.length / panelSize,
    outputPanels: count / panelSize,
  };
  const target = format.kind === 'f32' ? heap.float32(record.weights, size) : heap.int8(record.weights, size);
  const bias = heap.float32(record.bias, count);
  const scales = heap.float32(record.scales, count);
  const sums = heap.int32(record.sums, count);
  matrices.forEach((matrix, part) => {
    outputs.forEach((output, index) => {
      if (output < 0) return;
      const column = part * outputs.length + index;
      bias[column] = matrix.bias[output] ?? 0;
      const sum = packColumn(
        matrix.values,
        output * (matrix.values.length / matrix.bias.length),
        inputs,
        target,
        column,
        group,
      );
      if (!matrix.scales) return;
      scales[column] = matrix.scales[output] ?? 0;
      sums[column] = sum;
    });
  });
  return writeLinear(heap, record);
}

/** Spreads the weights of one output over its panel; gives their sum. */
function packColumn(
  values: Float32Array | Int8Array,
  start: number,
  inputs: Int32Array,
  target: Float32Array | Int8Array,
  column: number,
  group: number,
): number {
  const panel = (column - (column % panelSize)) * inputs.length + (column % panelSize) * group;
  let sum = 0;
  for (let k = 0; k < inputs.length; k += group) {
    for (let within = 0; within < group; within++) {
      const input = inputs[k + within] ?? -1;
      if (input < 0) continue;
      const value = values[start + input] ?? 0;
      target[panel + k * panelSize + within] = value;
      sum += value;
    }
  }
  return sum;
}

function packVector(heap: Heap, values: Float32Array, places: Int32Array): number {
  const address = heap.allocate(places.length * 4);
  heap.float32(address, values.length).set(values);
  return address;
}

function finite(weights: WeightReader, name: string): Float32Array {
  const values = weights.float32(name);
  checkFinite(name, values);
  return values;
}
