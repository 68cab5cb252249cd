/** Puts the encoder's weights into the module's memory, once, in the order in which the kernels read them. */
import {
  attentionParts,
  checkWeights,
  encoderLayers,
  encoderWeights,
  feedForwardParts,
  headSize,
  type AlbertConfig,
  type LayerNames,
  type WeightReader,
} from '@albert-web/core';
import { addRecord, codes, type Heap, type RecordOf } from '@albert-web/kernels';
import { memoize } from '../memoize.ts';
import { f32Dot, type Dot } from './dot.ts';
import { panelSize, panelsOf } from './panels.ts';
import { findOutliers } from './outliers.ts';
import { mostInFour, roundRow } from './rounding.ts';

type LinearRecord = RecordOf<'Linear'>;

/** A name of `codes.Activation`. */
export type ActivationName = keyof typeof codes.Activation;

/** Addresses of what was packed. */
export interface PackedEncoder {
  /** The `Linear` from embedding to hidden size; always f32, being a hundredth of the work. */
  readonly mapping: number;
  /** The `Layer` records of each hidden layer's inner layers. Shared weights are packed once. */
  readonly layers: readonly (readonly number[])[];
  /** The `Outliers` of the hidden state between layers; 0 for none. */
  readonly hiddenOutliers: number;
  /** The most panels of outliers that an input has. */
  readonly outlierPanels: number;
}

/** @throws MissingTensorError, TensorShapeError, and what `weights` throws for damaged values */
export function packEncoder(config: AlbertConfig, weights: WeightReader, heap: Heap, dot: Dot): PackedEncoder {
  checkWeights(encoderWeights(config), weights);
  const heads = headColumns(config);
  const hidden = columns(config.hidden_size);
  const inner = columns(config.intermediate_size);
  const outliers = dot === f32Dot ? undefined : findOutliers(config, weights);
  const linear = (
    names: readonly string[],
    outputs: Int32Array,
    inputs: Int32Array,
    input: PackedOutliers | undefined,
    activation: ActivationName = 'none',
  ): LinearRecord => {
    const matrices = names.map((name) => readMatrix(weights, name, dot !== f32Dot));
    return packLinear(heap, matrices, outputs, inputs, { dot, activation, outliers: input });
  };
  const norm = (name: string): number => packNorm(heap, weights, name, config.hidden_size);
  let outlierPanels = 0;
  const setApart = (columns: readonly number[] | undefined, inputs: Int32Array): PackedOutliers | undefined => {
    outlierPanels = Math.max(outlierPanels, (columns?.length ?? 0) / panelSize);
    return packOutliers(heap, columns, inputs);
  };
  const ofHidden = setApart(outliers?.hidden, hidden);

  const attention = memoize((prefix) => {
    const parts = attentionParts(prefix);
    const queryKeyValue = linear([parts.query, parts.key, parts.value], heads, hidden, ofHidden);
    const queryPanels = panelsOf(heads.length);
    const ofContext = setApart(outliers?.context(prefix), heads);
    return {
      queryKeyValue: addRecord(heap, 'Linear', queryKeyValue),
      query: addRecord(heap, 'Linear', outputPanels(queryKeyValue, 0, queryPanels, ofHidden)),
      keyValue: addRecord(heap, 'Linear', outputPanels(queryKeyValue, queryPanels, 3 * queryPanels, ofHidden)),
      attentionOutput: addRecord(heap, 'Linear', linear([parts.attentionOutput], hidden, heads, ofContext)),
      attentionNorm: norm(parts.attentionNorm),
    };
  });
  const feedForward = memoize((prefix) => {
    const parts = feedForwardParts(prefix);
    const ofInput = setApart(outliers?.feedForward(prefix), hidden);
    const ofInner = setApart(outliers?.inner(prefix), inner);
    return {
      ffn: addRecord(heap, 'Linear', linear([parts.ffn], inner, hidden, ofInput, config.hidden_act)),
      ffnOutput: addRecord(heap, 'Linear', linear([parts.ffnOutput], hidden, inner, ofInner)),
      outputNorm: norm(parts.outputNorm),
    };
  });
  const layer = (names: LayerNames): number =>
    addRecord(heap, 'Layer', { ...attention(names.attention), ...feedForward(names.feedForward) });
  const mapping = readMatrix(weights, 'encoder.embedding_hidden_mapping_in', false);
  const layers = encoderLayers(config).map((inners) => inners.map(layer));
  return {
    hiddenOutliers: ofHidden?.address ?? 0,
    outlierPanels,
    mapping: addRecord(
      heap,
      'Linear',
      packLinear(heap, [mapping], hidden, columns(config.embedding_size), { dot: f32Dot }),
    ),
    layers,
  };
}

/** For every packed column the one it comes from, or -1 for padding. */
export function columns(size: number): Int32Array {
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

/** Columns of a linear layer's input that are multiplied in f32. */
export interface PackedOutliers {
  /** Of the `Outliers` record. */
  readonly address: number;
  /** Whole panels of padded columns. */
  readonly columns: readonly number[];
}

/** @param inputs what `columns` gives: the columns as they are padded */
function packOutliers(
  heap: Heap,
  unpadded: readonly number[] | undefined,
  inputs: Int32Array,
): PackedOutliers | undefined {
  if (!unpadded || unpadded.length === 0) return undefined;
  const columns = unpadded.map((column) => inputs.indexOf(column));
  const factors = heap.allocate(inputs.length * 4);
  const values = heap.float32(factors, inputs.length).fill(1);
  for (const column of columns) values[column] = 0;
  const list = heap.allocate(columns.length * 4);
  heap.int32(list, columns.length).set(columns);
  return {
    address: addRecord(heap, 'Outliers', { factors, columns: list, panels: columns.length / panelSize }),
    columns,
  };
}

/** A linear layer as its checkpoint has it: `values` `[outputs, inputs]`, int8 ones with one scale per output. */
export interface Matrix {
  readonly values: Float32Array | Int8Array;
  readonly scales: Float32Array | undefined;
  readonly bias: Float32Array;
}

export function readMatrix(
  weights: WeightReader,
  name: string,
  asStored: boolean,
  bias = weights.float32(`${name}.bias`),
): Matrix {
  const stored = asStored ? weights.int8(`${name}.weight`) : undefined;
  return stored ? { ...stored, bias } : { values: weights.float32(`${name}.weight`), scales: undefined, bias };
}

/** How a linear layer computes. */
export interface LinearOptions {
  /** Products in int8, unless this is `f32Dot`. Weights that are stored as int8 are then widened as they are read. */
  readonly dot: Dot;
  /** Default: none. */
  readonly activation?: ActivationName;
  /** Default: none. */
  readonly outliers?: PackedOutliers | undefined;
}

/** One or more matrices over the same inputs, their padded outputs side by side. */
export function packLinear(
  heap: Heap,
  matrices: readonly Matrix[],
  outputs: Int32Array,
  inputs: Int32Array,
  { dot, activation = 'none', outliers }: LinearOptions,
): LinearRecord {
  const quantized = dot !== f32Dot;
  const widened = !quantized && matrices.every(({ scales }) => scales);
  const bytes = quantized || widened;
  const count = matrices.length * outputs.length;
  const size = count * inputs.length;
  const most = mostInFour(dot);
  const record = {
    weights: heap.allocate(bytes ? size : size * 4),
    bias: heap.allocate(count * 4),
    storage: codes.WeightStorage[quantized ? 'q8' : widened ? 'widened' : 'f32'],
    scales: bytes ? heap.allocate(count * 4) : 0,
    sums: quantized ? heap.allocate(count * 4) : 0,
    inputPanels: inputs.length / panelSize,
    outputPanels: count / panelSize,
    activation: codes.Activation[activation],
    outliers: outliers?.address ?? 0,
    outlierWeights: outliers ? heap.allocate(count * outliers.columns.length * 4) : 0,
  };
  const outlierWeights = heap.float32(record.outlierWeights, outliers ? count * outliers.columns.length : 0);
  const target = bytes ? heap.int8(record.weights, size) : heap.float32(record.weights, size);
  const bias = heap.float32(record.bias, count);
  const scales = heap.float32(record.scales, bytes ? count : 0);
  const sums = heap.int32(record.sums, quantized ? count : 0);
  // Two rows for all outputs: two for each would be garbage of eight times the weights.
  const exact = new Float32Array(inputs.length);
  const rounded = new Float32Array(inputs.length);
  matrices.forEach((matrix, part) => {
    outputs.forEach((output, index) => {
      if (output < 0) return;
      const column = part * outputs.length + index;
      bias[column] = matrix.bias[output] ?? 0;
      gatherRow(matrix, output, inputs, exact);
      if (outliers) {
        const factor = matrix.scales?.[output] ?? 1;
        const apart = Float32Array.from(outliers.columns, (input) => factor * (exact[input] ?? 0));
        packColumn(apart, outlierWeights, column, 1);
        for (const input of outliers.columns) exact[input] = 0;
      }
      if (quantized) {
        const { scale, sum } = roundRow(exact, matrix.scales?.[output], most, rounded);
        scales[column] = scale;
        sums[column] = sum;
      } else if (widened) {
        scales[column] = matrix.scales?.[output] ?? 0;
      }
      packColumn(quantized ? rounded : exact, target, column, dot.weightGroup);
    });
  });
  return record;
}

/** The outputs from panel `first` to panel `last` of a packed linear layer, which share its memory. */
function outputPanels(
  record: LinearRecord,
  first: number,
  last: number,
  outliers: PackedOutliers | undefined,
): LinearRecord {
  const columns = first * panelSize;
  const weightBytes = columns * record.inputPanels * panelSize * (record.scales ? 1 : 4);
  return {
    ...record,
    weights: record.weights + weightBytes,
    bias: record.bias + columns * 4,
    scales: record.scales && record.scales + columns * 4,
    sums: record.sums && record.sums + columns * 4,
    outlierWeights: record.outlierWeights + columns * (outliers?.columns.length ?? 0) * 4,
    outputPanels: last - first,
  };
}

/** Puts the weights of one output into `row`, in the order of the padded inputs. */
function gatherRow({ values, bias }: Matrix, output: number, inputs: Int32Array, row: Float32Array): void {
  const start = output * (values.length / bias.length);
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i] ?? -1;
    row[i] = input < 0 ? 0 : (values[start + input] ?? 0);
  }
}

/** Spreads the weights of one output over its panel, `[k / group][column][group]`. */
function packColumn(row: Float32Array, target: Float32Array | Int8Array, column: number, group: number): void {
  const within = column % panelSize;
  const panel = (column - within) * row.length + within * group;
  for (let k = 0; k < row.length; k += group) {
    for (let i = 0; i < group; i++) target[panel + k * panelSize + i] = row[k + i] ?? 0;
  }
}

/** The `Norm` of a LayerNorm over `size` columns. */
export function packNorm(heap: Heap, weights: WeightReader, name: string, size: number): number {
  const [weight, bias] = ['weight', 'bias'].map((part) => {
    const address = heap.allocate(panelsOf(size) * panelSize * 4);
    heap.float32(address, size).set(weights.float32(`${name}.${part}`));
    return address;
  }) as [number, number];
  return addRecord(heap, 'Norm', { weight, bias, size });
}
