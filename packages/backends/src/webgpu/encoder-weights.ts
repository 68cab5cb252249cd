/** The encoder's weights on the GPU: each set of shared weights once, however many layers use it. */
import type { AlbertConfig, LayerNames, WeightReader } from '@albert-web/core';
import { encoderLayers, headSize } from '@albert-web/core';
import type { BufferPool } from './buffers.ts';
import { attentionWidth } from './kernels.ts';
import type { WeightStorage } from './matmul/weight-storage.ts';
import type { MatrixLayout } from './packing.ts';
import { packMatrix, packNorm } from './packing.ts';
import { packSizes, vectorsOf } from './sizes.ts';

/** Buffers of one product. */
export interface MatrixBuffers {
  readonly weight: GPUBuffer;
  readonly columnVectors: GPUBuffer;
  /** The uniform `Sizes`. */
  readonly sizes: GPUBuffer;
  readonly columns: number;
}

export interface AttentionWeights {
  readonly projection: MatrixBuffers;
  readonly output: MatrixBuffers;
  readonly norm: GPUBuffer;
}

export interface FeedForwardWeights {
  readonly up: MatrixBuffers;
  readonly down: MatrixBuffers;
  readonly norm: GPUBuffer;
}

/** One pass through attention and feed-forward. Equal objects mean shared weights. */
export interface LayerWeights {
  readonly attention: AttentionWeights;
  readonly feedForward: FeedForwardWeights;
}

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
  const matrix = (layout: MatrixLayout): MatrixBuffers => {
    const packed = packMatrix(weights, layout, storage);
    const label = layout.names.join(' + ');
    const columns = layout.columnsEach * layout.names.length;
    return {
      weight: pool.constant(label, packed.weight),
      columnVectors: pool.constant(label, packed.columnVectors),
      sizes: pool.uniform(label, packSizes({ depth: layout.depth, columns, hidden, epsilon: config.layer_norm_eps })),
      columns,
    };
  };
  const norm = (name: string): GPUBuffer => pool.constant(name, packNorm(weights, name, hidden));

  const attention = once((prefix) => ({
    projection: matrix({
      names: ['query', 'key', 'value'].map((part) => `${prefix}.${part}`),
      stored: square,
      outputPlace: padHead,
      depth: hidden,
      columnsEach: width,
    }),
    output: matrix({
      names: [`${prefix}.dense`],
      stored: square,
      inputPlace: padHead,
      depth: width,
      columnsEach: hidden,
    }),
    norm: norm(`${prefix}.LayerNorm`),
  }));
  const feedForward = once((prefix) => ({
    up: matrix(plain(`${prefix}.ffn`, hidden, intermediate)),
    down: matrix(plain(`${prefix}.ffn_output`, intermediate, hidden)),
    norm: norm(`${prefix}.full_layer_layer_norm`),
  }));
  const layer = (names: LayerNames): LayerWeights => ({
    attention: attention(names.attention),
    feedForward: feedForward(names.feedForward),
  });
  return {
    mapping: matrix(plain('encoder.embedding_hidden_mapping_in', embedding, hidden)),
    layers: encoderLayers(config).map((inner) => inner.map(layer)),
  };
}

function plain(name: string, inputs: number, outputs: number): MatrixLayout {
  return { names: [name], stored: { inputs, outputs }, depth: inputs, columnsEach: outputs };
}

/** Where an element of all heads lies when each head is padded to whole vectors. */
function headPlace(size: number): (index: number) => number {
  const padded = 4 * vectorsOf(size);
  return (index) => Math.floor(index / size) * padded + (index % size);
}

/** Calls `make` once for each name. */
function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    return value;
  };
}
