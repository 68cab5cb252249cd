/** The matrices of the encoder: what each is made of as stored, and how a device keeps it. */
import {
  attentionParts,
  encoderLayers,
  feedForwardParts,
  headSize,
  type AlbertConfig,
  type StoredFormat,
  type WeightReader,
} from '@albert-web/core';
import type { WeightStorage } from './matmul/weight-storage.ts';
import { plainLayout } from './matrices.ts';
import { keepsGroups, type MatrixLayout } from './packing.ts';
import { vectorsOf } from './sizes.ts';

/** The matrices of a layer, behind the mapping to hidden. */
export type MatrixName = 'mapping' | 'queryKeyValue' | 'attentionOutput' | 'ffn' | 'ffnOutput';

/** How a device keeps each matrix. */
export type MatrixStorages = Readonly<Record<MatrixName, WeightStorage>>;

/** Columns of all heads, each padded to whole vectors. */
export function attentionWidth(config: AlbertConfig): number {
  return config.num_attention_heads * 4 * vectorsOf(headSize(config));
}

/** From embedding to hidden. */
export function mappingLayout({ embedding_size, hidden_size }: AlbertConfig): MatrixLayout {
  return plainLayout('encoder.embedding_hidden_mapping_in', embedding_size, hidden_size);
}

/** @param prefix of an attention half */
export function attentionLayouts(
  config: AlbertConfig,
  prefix: string,
): Record<'queryKeyValue' | 'attentionOutput', MatrixLayout> {
  const { hidden_size: hidden } = config;
  const { query, key, value, attentionOutput } = attentionParts(prefix);
  const width = attentionWidth(config);
  const padHead = headPlace(headSize(config));
  const stored = { inputs: hidden, outputs: hidden };
  return {
    queryKeyValue: { names: [query, key, value], stored, outputPlace: padHead, depth: hidden, columnsEach: width },
    attentionOutput: { names: [attentionOutput], stored, inputPlace: padHead, depth: width, columnsEach: hidden },
  };
}

/** @param prefix of a feed-forward half */
export function feedForwardLayouts(
  { hidden_size: hidden, intermediate_size: intermediate }: AlbertConfig,
  prefix: string,
): Record<'ffn' | 'ffnOutput', MatrixLayout> {
  const { ffn, ffnOutput } = feedForwardParts(prefix);
  return { ffn: plainLayout(ffn, hidden, intermediate), ffnOutput: plainLayout(ffnOutput, intermediate, hidden) };
}

/**
 * How each matrix is kept: in 4 bits where it can be and all layers have it so, since they run in the same kernels.
 *
 * @param isInt4 whether the weight of a matrix is stored in 4 bits
 * @param storage how weights of a stored format are kept
 */
export function matrixStorages(
  config: AlbertConfig,
  isInt4: (name: string) => boolean,
  storage: (storedAs: StoredFormat) => WeightStorage,
): MatrixStorages {
  const layers = encoderLayers(config).flat();
  const attentions = [...new Set(layers.map(({ attention }) => attention))].map((prefix) =>
    attentionLayouts(config, prefix),
  );
  const feedForwards = [...new Set(layers.map(({ feedForward }) => feedForward))].map((prefix) =>
    feedForwardLayouts(config, prefix),
  );
  const keep = (layouts: readonly MatrixLayout[]): WeightStorage =>
    storage(layouts.every((layout) => keepsGroups(layout) && layout.names.every(isInt4)) ? 'q4' : 'q8');
  return {
    mapping: keep([mappingLayout(config)]),
    queryKeyValue: keep(attentions.map(({ queryKeyValue }) => queryKeyValue)),
    attentionOutput: keep(attentions.map(({ attentionOutput }) => attentionOutput)),
    ffn: keep(feedForwards.map(({ ffn }) => ffn)),
    ffnOutput: keep(feedForwards.map(({ ffnOutput }) => ffnOutput)),
  };
}

/** Whether weights are stored in 4 bits, by the name of their matrix. */
export function storedInInt4(weights: WeightReader): (name: string) => boolean {
  return (name) => weights.int4(`${name}.weight`) !== undefined;
}

/** Where an element of all heads lies when each head is padded to whole vectors. */
function headPlace(size: number): (index: number) => number {
  const padded = 4 * vectorsOf(size);
  return (index) => Math.floor(index / size) * padded + (index % size);
}
