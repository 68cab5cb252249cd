/** The matrices of the encoder: their layouts, and how a device stores them. */
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

/** The mapping to the hidden size, and the matrices of a layer. */
export type MatrixName = 'mapping' | 'queryKeyValue' | 'attentionOutput' | 'ffn' | 'ffnOutput';

/** How a device stores each matrix. */
export type MatrixStorages = Readonly<Record<MatrixName, WeightStorage>>;

/** Returns the columns of all heads, each padded to whole vectors. */
export function attentionWidth(config: AlbertConfig): number {
  return config.num_attention_heads * 4 * vectorsOf(headSize(config));
}

/** Returns the layout of the mapping from embedding to hidden size. */
export function mappingLayout({ embedding_size, hidden_size }: AlbertConfig): MatrixLayout {
  return plainLayout('encoder.embedding_hidden_mapping_in', embedding_size, hidden_size);
}

/** Returns the layouts of an attention half. @param prefix name prefix of the half */
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

/** Returns the layouts of a feed-forward half. @param prefix name prefix of the half */
export function feedForwardLayouts(
  { hidden_size: hidden, intermediate_size: intermediate }: AlbertConfig,
  prefix: string,
): Record<'ffn' | 'ffnOutput', MatrixLayout> {
  const { ffn, ffnOutput } = feedForwardParts(prefix);
  return { ffn: plainLayout(ffn, hidden, intermediate), ffnOutput: plainLayout(ffnOutput, intermediate, hidden) };
}

/**
 * Returns how each matrix is stored: in 4 bits if it can be and is so in all layers, because they share kernels.
 *
 * @param isInt4 returns whether the checkpoint has a matrix in 4 bits
 * @param storage returns how the device stores weights of a checkpoint's format
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

/** Returns a function that tells whether a checkpoint has a matrix in 4 bits, by its name. */
export function storedInInt4(weights: WeightReader): (name: string) => boolean {
  return (name) => weights.int4(`${name}.weight`) !== undefined;
}

/** Returns a function from an element of the unpadded heads to its place when each head is padded to whole vectors. */
function headPlace(size: number): (index: number) => number {
  const padded = 4 * vectorsOf(size);
  return (index) => Math.floor(index / size) * padded + (index % size);
}
