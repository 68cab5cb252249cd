/** The tensors of a checkpoint as they are stored: what readers produce, and models, executors and writers consume. */
import { AlbertError } from '@albert-web/errors';

/** Element types of safetensors that checkpoints use. */
export type DType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I8' | 'U8' | 'BOOL';

/** One stored tensor; `bytes` is a little-endian, row-major view into the shard, not a copy. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Every tensor of a checkpoint by its name in the file. Quantised `I8` tensors have a sibling `<name>.scale`. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** `__metadata__` of the files, merged. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Some tensors of a checkpoint in memory of their own, so that the rest can be collected: all tensors that are loaded
 * together lie in one buffer, which any of them keeps alive.
 *
 * @param wanted by name in the file; the scales of quantised tensors are asked for like every other.
 */
export function copyTensors({ tensors, metadata }: Checkpoint, wanted: (name: string) => boolean): Checkpoint {
  const copied = [...tensors].flatMap(([name, tensor]) =>
    wanted(name) ? [[name, { ...tensor, bytes: tensor.bytes.slice() }] as const] : [],
  );
  return { tensors: new Map(copied), metadata };
}

/** A tensor's dtype or layout is not one this runtime can read. */
export class TensorFormatError extends AlbertError {
  override readonly name = 'TensorFormatError';
}
