/** The encoder's weights on the GPU. Shared weights are uploaded once, regardless of how many layers use them. */
import type { AlbertConfig, LayerNames, WeightReader } from '@albert-web/core';
import { attentionParts, encoderLayers, feedForwardParts } from '@albert-web/core';
import type { BufferPool } from './buffers.ts';
import { memoize } from '../memoize.ts';
import {
  attentionLayouts,
  feedForwardLayouts,
  mappingLayout,
  type MatrixName,
  type MatrixStorages,
} from './encoder-matrices.ts';
import type { MatrixBuffers } from './matrices.ts';
import { uploadMatrix } from './matrices.ts';
import type { MatrixLayout } from './packing.ts';
import { packNorm } from './packing.ts';

export interface AttentionWeights {
  readonly queryKeyValue: MatrixBuffers;
  readonly attentionOutput: MatrixBuffers;
  readonly attentionNorm: GPUBuffer;
}

export interface FeedForwardWeights {
  readonly ffn: MatrixBuffers;
  readonly ffnOutput: MatrixBuffers;
  readonly outputNorm: GPUBuffer;
}

/** One pass through attention and feed-forward. Equal parts mean shared weights. */
export type LayerWeights = AttentionWeights & FeedForwardWeights;

export interface EncoderWeights {
  readonly mapping: MatrixBuffers;
  /** `layers[i]` are the inner layers of hidden layer `i`. */
  readonly layers: readonly (readonly LayerWeights[])[];
}

/** Packs and uploads every weight of the encoder. */
export function uploadWeights(
  config: AlbertConfig,
  weights: WeightReader,
  storages: MatrixStorages,
  pool: BufferPool,
): EncoderWeights {
  const matrix = (name: MatrixName, layout: MatrixLayout): MatrixBuffers =>
    uploadMatrix(config, weights, layout, storages[name], pool);
  const norm = (name: string): GPUBuffer => pool.constant(name, packNorm(weights, name, config.hidden_size));

  const attention = memoize((prefix): AttentionWeights => {
    const { queryKeyValue, attentionOutput } = attentionLayouts(config, prefix);
    return {
      queryKeyValue: matrix('queryKeyValue', queryKeyValue),
      attentionOutput: matrix('attentionOutput', attentionOutput),
      attentionNorm: norm(attentionParts(prefix).attentionNorm),
    };
  });
  const feedForward = memoize((prefix): FeedForwardWeights => {
    const { ffn, ffnOutput } = feedForwardLayouts(config, prefix);
    return {
      ffn: matrix('ffn', ffn),
      ffnOutput: matrix('ffnOutput', ffnOutput),
      outputNorm: norm(feedForwardParts(prefix).outputNorm),
    };
  });
  const layer = (names: LayerNames): LayerWeights => ({
    ...attention(names.attention),
    ...feedForward(names.feedForward),
  });
  return {
    mapping: matrix('mapping', mappingLayout(config)),
    layers: encoderLayers(config).map((inner) => inner.map(layer)),
  };
}
