/** Packs the encoder's weights into the module's memory, in the order in which the kernels read them. */
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
import { addRecord, type Heap } from '@albert-web/kernels';
import { memoize } from '../memoize.ts';
import { f32Dot, isF32, type Dot } from './dot.ts';
import { columns, packLinear, packNorm, readMatrix } from './linear.ts';
import { outputPanels, type ActivationName, type LinearRecord, type PackedOutliers } from './linear-record.ts';
import { findOutliers } from './outliers.ts';
import { panelSize, panelsOf } from './panels.ts';

/** Addresses of the packed weights. */
export interface PackedEncoder {
  /** The `Linear` from embedding to hidden size; always f32, because it is a hundredth of the work. */
  readonly mapping: number;
  /** The `Layer` records of each hidden layer's inner layers. Shared weights are packed once. */
  readonly layers: readonly (readonly number[])[];
  /** The `Outliers` of the hidden state between layers; 0 for none. */
  readonly hiddenOutliers: number;
  /** The most panels of outliers that an input has. */
  readonly outlierPanels: number;
}

/**
 * From this many weights on, 4-bit ones stay in 4 bits: half the memory, at the same speed with 128 tokens and up to a quarter
 * more time with 16 (`node bench/scripts/four-bits.mjs`). Of the paper's sizes, that is only xxlarge, with 201 million.
 */
const manyWeights = 2 ** 26;

/**
 * Packs the encoder.
 *
 * @param fourBits whether 4-bit weights stay in 4 bits. Default: if there are many.
 * @throws MissingTensorError, TensorShapeError, and what `weights` throws for damaged values
 */
export function packEncoder(
  config: AlbertConfig,
  weights: WeightReader,
  heap: Heap,
  dot: Dot,
  fourBits = hasManyWeights(config),
): PackedEncoder {
  checkWeights(encoderWeights(config), weights);
  const kept = { int8: !isF32(dot), int4: !isF32(dot) && fourBits };
  const heads = headColumns(config);
  const hidden = columns(config.hidden_size);
  const inner = columns(config.intermediate_size);
  const outliers = isF32(dot) ? undefined : findOutliers(config, weights);
  const linear = (
    names: readonly string[],
    outputs: Int32Array,
    inputs: Int32Array,
    input: PackedOutliers | undefined,
    activation: ActivationName = 'none',
  ): LinearRecord => {
    const matrices = names.map((name) => readMatrix(weights, name, kept));
    const packed = packLinear(heap, matrices, outputs, inputs, { dot, activation, outliers: input });
    // Released one by one: otherwise, the encoder would be in memory twice.
    weights.release?.(names.map((name) => `${name}.weight`));
    return packed;
  };
  const norm = (name: string): number => packNorm(heap, weights, name, config.hidden_size);
  let outlierPanels = 0;
  const packColumns = (columns: readonly number[] | undefined, inputs: Int32Array): PackedOutliers | undefined => {
    outlierPanels = Math.max(outlierPanels, (columns?.length ?? 0) / panelSize);
    return packOutliers(heap, columns, inputs);
  };
  const ofHidden = packColumns(outliers?.hidden, hidden);

  const attention = memoize((prefix) => {
    const parts = attentionParts(prefix);
    const queryKeyValue = linear([parts.query, parts.key, parts.value], heads, hidden, ofHidden);
    const queryPanels = panelsOf(heads.length);
    const ofContext = packColumns(outliers?.context(prefix), heads);
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
    const ofInput = packColumns(outliers?.feedForward(prefix), hidden);
    const ofInner = packColumns(outliers?.inner(prefix), inner);
    return {
      ffn: addRecord(heap, 'Linear', linear([parts.ffn], inner, hidden, ofInput, config.hidden_act)),
      ffnOutput: addRecord(heap, 'Linear', linear([parts.ffnOutput], hidden, inner, ofInner)),
      outputNorm: norm(parts.outputNorm),
    };
  });
  const layer = (names: LayerNames): number =>
    addRecord(heap, 'Layer', { ...attention(names.attention), ...feedForward(names.feedForward) });
  const layers = encoderLayers(config).map((inners) => inners.map(layer));
  const mapping = readMatrix(weights, 'encoder.embedding_hidden_mapping_in', { int8: false, int4: false });
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

/** Returns whether 4-bit weights of a model stay in 4 bits in memory. */
export function hasManyWeights(config: AlbertConfig): boolean {
  const sizes = encoderWeights(config).map(({ shape }) => shape.reduce((size, side) => size * side, 1));
  return sizes.reduce((sum, size) => sum + size, 0) >= manyWeights;
}

/** Returns the same as `columns` for all heads side by side, each padded to whole panels. */
function headColumns(config: AlbertConfig): Int32Array {
  const size = headSize(config);
  const head = columns(size);
  return Int32Array.from({ length: config.num_attention_heads * head.length }, (_, column) => {
    const within = head[column % head.length] ?? -1;
    return within < 0 ? -1 : Math.floor(column / head.length) * size + within;
  });
}

/** Packs an `Outliers` record. @param inputs the padded columns, as `columns` returns them */
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
