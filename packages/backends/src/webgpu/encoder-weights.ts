/** The encoder's weights on the GPU: each set of shared weights once, however many layers use it. */
import type { AlbertConfig, LayerNames, WeightReader } from '@albert-web/core';
import { attentionParts, encoderLayers, feedForwardParts, headSize } from '@albert-web/core';
import type { BufferPool } from './buffers.ts';
import { memoize } from '../memoize.ts';
import { attentionWidth } from './kernels.ts';
import type { WeightStorage } from './matmul/weight-storage.ts';
import type { MatrixBuffers } from './matrices.ts';
import { plainLayout, uploadMatrix } from './matrices.ts';
import type { MatrixLayout } from './packing.ts';
import { packNorm } from './packing.ts';
import { vectorsOf } from './sizes.ts';

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
  storage: WeightStorage,
  pool: BufferPool,
): EncoderWeights {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const width = attentionWidth(config);
  const padHead = headPlace(headSize(config));
  const square = { inputs: hidden, outputs: hidden };
  const matrix = (layout: MatrixLayout): MatrixBuffers => uploadMatrix(config, weights, layout, storage, pool);
  const norm = (name: string): GPUBuffer => pool.constant(name, packNorm(weights, name, hidden));

  const attention = memoize((prefix): AttentionWeights => {
    const { query, key, value, attentionOutput, attentionNorm } = attentionParts(prefix);
    return {
      queryKeyValue: matrix({
        names: [query, key, value],
        stored: square,
        outputPlace: padHead,
        depth: hidden,
        columnsEach: width,
      }),
      attentionOutput: matrix({
        names: [attentionOutput],
        stored: square,
        inputPlace: padHead,
        depth: width,
        columnsEach: hidden,
      }),
      attentionNorm: norm(attentionNorm),
    };
  });
  const feedForward = memoize((prefix): FeedForwardWeights => {
    const { ffn, ffnOutput, outputNorm } = feedForwardParts(prefix);
    return {
      ffn: matrix(plainLayout(ffn, hidden, intermediate)),
      ffnOutput: matrix(plainLayout(ffnOutput, intermediate, hidden)),
      outputNorm: norm(outputNorm),
    };
  });
  const layer = (names: LayerNames): LayerWeights => ({
    ...attention(names.attention),
    ...feedForward(names.feedForward),
  });
  return {
    mapping: matrix(plainLayout('encoder.embedding_hidden_mapping_in', embedding, hidden)),
    layers: encoderLayers(config).map((inner) => inner.map(layer)),
  };
}

/** Where an element of all heads lies when each head is padded to whole vectors. */
function headPlace(size: number): (index: number) => number {
  const padded = 4 * vectorsOf(size);
  return (index) => Math.floor(index / size) * padded + (index % size);
}
