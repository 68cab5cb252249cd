/** Uploads the weights of products. */
import type { AlbertConfig, WeightReader } from '@albert-web/core';
import type { BufferPool } from './buffers.ts';
import type { WeightStorage } from './matmul/weight-storage.ts';
import type { MatrixLayout } from './packing.ts';
import { packMatrix } from './packing.ts';
import { packSizes } from './sizes.ts';

/** Buffers of one product. */
export interface MatrixBuffers {
  readonly weight: GPUBuffer;
  readonly columnVectors: GPUBuffer;
  /** The uniform `Sizes`. */
  readonly sizes: GPUBuffer;
  readonly columns: number;
}

/** Packs and uploads the weights of one product. @throws NonFiniteWeightError */
export function uploadMatrix(
  { hidden_size: hidden, layer_norm_eps: epsilon }: AlbertConfig,
  weights: WeightReader,
  layout: MatrixLayout,
  storage: WeightStorage,
  pool: BufferPool,
): MatrixBuffers {
  const packed = packMatrix(weights, layout, storage);
  const label = layout.names.join(' + ');
  const columns = layout.columnsEach * layout.names.length;
  return {
    weight: pool.constant(label, packed.weight),
    columnVectors: pool.constant(label, packed.columnVectors),
    sizes: pool.uniform(label, packSizes({ depth: layout.depth, columns, hidden, epsilon })),
    columns,
  };
}

/** Returns the layout of one matrix without padding or joining. */
export function plainLayout(name: string, inputs: number, outputs: number): MatrixLayout {
  return { names: [name], stored: { inputs, outputs }, depth: inputs, columnsEach: outputs };
}
