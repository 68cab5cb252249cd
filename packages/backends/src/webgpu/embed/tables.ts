/** The embedding tables on the GPU, with rows padded to whole vectors. */
import { allocate } from '@albert-web/errors';
import type { AlbertConfig, PrecisionOf, RawInputs, StoredFormat, WeightReader } from '@albert-web/core';
import { checkWeights, embeddingWeights, float32ToHalf } from '@albert-web/core';
import type { BufferPool } from '../buffers.ts';
import { packNorm } from '../packing.ts';
import { gpuPrecisions } from '../matmul/weight-storage.ts';
import { packSizes, vectorsOf } from '../sizes.ts';
import type { TableStorage } from './program.ts';
import { embedBindings } from './program.ts';

/** Buffers by `embedBindings`, without the tokens and the output. */
export interface EmbeddingTables {
  readonly storage: TableStorage;
  readonly bindings: Readonly<Record<number, GPUBuffer>>;
}

/** Returns the format of the word table: as stored if quantized, because the same numbers unpacked take four times the memory. */
export function wordStorage(precision: PrecisionOf<'webgpu'>, storedAs: StoredFormat): TableStorage {
  return storedAs === 'q8' || storedAs === 'q4' ? storedAs : gpuPrecisions[precision].words;
}

/**
 * Uploads the tables.
 *
 * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError
 */
export function uploadTables(
  config: AlbertConfig,
  weights: WeightReader,
  precision: PrecisionOf<'webgpu'>,
  pool: BufferPool,
): EmbeddingTables {
  checkWeights(embeddingWeights(config), weights);
  const { embedding_size: width, layer_norm_eps: epsilon } = config;
  const table = (name: string): GPUBuffer => {
    const values = weights.float32(`embeddings.${name}_embeddings.weight`);
    return pool.constant(`${name} embeddings`, padRows(values, width, Float32Array));
  };
  const { storage, words } = uploadWords(weights, width, precision, pool);
  return {
    storage,
    bindings: {
      ...words,
      [embedBindings.positions]: table('position'),
      [embedBindings.types]: table('token_type'),
      [embedBindings.norm]: pool.constant('embeddings.LayerNorm', packNorm(weights, 'embeddings.LayerNorm', width)),
      [embedBindings.sizes]: pool.uniform(
        'embeddings',
        packSizes({ depth: width, columns: width, hidden: width, epsilon }),
      ),
    },
  };
}

/** Packs a batch for the kernel, `[4, batch * length]`: mask, word, type and position of every token. */
export function packTokens({
  inputIds,
  attentionMask,
  tokenTypeIds,
  positionIds,
}: RawInputs): Uint32Array<ArrayBuffer> {
  const length = inputIds[0]?.length ?? 0;
  const rows = inputIds.length * length;
  const packed = allocate(Uint32Array, 4 * rows).fill(1, 0, rows);
  const fill = (part: number, values: readonly ArrayLike<number>[] | undefined): void =>
    values?.forEach((row, index) => packed.set(row, part * rows + index * length));
  fill(0, attentionMask);
  fill(1, inputIds);
  fill(2, tokenTypeIds);
  fill(3, positionIds ?? inputIds.map((row) => Array.from(row, (_, position) => position)));
  return packed;
}

interface Words {
  readonly storage: TableStorage;
  readonly words: EmbeddingTables['bindings'];
}

function uploadWords(weights: WeightReader, width: number, precision: PrecisionOf<'webgpu'>, pool: BufferPool): Words {
  const name = 'embeddings.word_embeddings.weight';
  const label = 'word embeddings';
  const table = (storage: TableStorage, values: Upload, scales?: Upload): Words => {
    const scaled: Words['words'] = scales ? { [embedBindings.scales]: pool.constant(label, scales) } : {};
    return { storage, words: { [embedBindings.words]: pool.constant(label, values), ...scaled } };
  };
  const int4 = weights.int4(name);
  // Groups fill a row, so there is nothing to pad.
  if (int4) return table(wordStorage(precision, 'q4'), int4.packed, int4.scales);
  const int8 = weights.int8(name);
  if (int8) {
    const { buffer, byteOffset, byteLength } = padRows(int8.values, width, Int8Array);
    return table(wordStorage(precision, 'q8'), new Uint8Array(buffer, byteOffset, byteLength), int8.scales);
  }
  const values = padRows(weights.float32(name), width, Float32Array);
  const storage = wordStorage(precision, 'f32');
  return table(storage, storage === 'f32' ? values : new Uint8Array(float32ToHalf(values).buffer));
}

type Upload = Parameters<BufferPool['constant']>[1];

/** Pads rows with zeros to whole vectors of four; returns the same array if there is nothing to pad. */
function padRows<T extends Float32Array<ArrayBuffer> | Int8Array<ArrayBuffer>>(
  values: T,
  width: number,
  Values: new (size: number) => T,
): T {
  const padded = 4 * vectorsOf(width);
  if (padded === width) return values;
  const rows = values.length / width;
  const result = new Values(rows * padded);
  for (let row = 0; row < rows; row++) result.set(values.subarray(row * width, (row + 1) * width), row * padded);
  return result;
}
