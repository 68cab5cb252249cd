import { copyOf } from '@albert-web/errors';
/** The tensors of a checkpoint as stored. Readers produce it; models, executors and writers consume it. */

/** Element types of safetensors that checkpoints use. */
export type DType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I8' | 'U8' | 'BOOL';

/** One stored tensor; `bytes` is a little-endian, row-major view into the shard, not a copy. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Every tensor of a checkpoint by its name in the file. Quantized `I8` tensors have a sibling `<name>.scale`. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** `__metadata__` of the files, merged. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Keeps some tensors of a checkpoint and frees the memory of the others: at once if the engine has `ArrayBuffer.transfer`, else
 * when it is garbage collected. The checkpoint and views into it must not be used afterwards.
 *
 * Tensors that were loaded together share a buffer. If the kept ones are most of it, they stay there; otherwise they are copied.
 *
 * @param wanted called with the name of each tensor in the file, including the scales of quantized tensors
 */
export function keepTensors({ tensors, metadata }: Checkpoint, wanted: (name: string) => boolean): Checkpoint {
  const wantedBytes = new Map<ArrayBuffer, number>();
  for (const { name, bytes } of tensors.values()) {
    wantedBytes.set(bytes.buffer, (wantedBytes.get(bytes.buffer) ?? 0) + (wanted(name) ? bytes.length : 0));
  }
  const stays = (buffer: ArrayBuffer): boolean => (wantedBytes.get(buffer) ?? 0) > buffer.byteLength / 2;
  const kept = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const { bytes } = tensor;
    if (wanted(name)) kept.set(name, stays(bytes.buffer) ? tensor : { ...tensor, bytes: copyOf(bytes) });
  }
  for (const buffer of wantedBytes.keys()) if (!stays(buffer)) release(buffer);
  return { tensors: kept, metadata };
}

/** Supported by browsers since 2024 and Node 22. Elsewhere a large buffer waits for garbage collection. */
function release(buffer: ArrayBuffer & { transfer?(length: number): ArrayBuffer }): void {
  buffer.transfer?.(0);
}
