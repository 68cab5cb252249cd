/** The tensors of a checkpoint as they are stored: what readers produce, and models, executors and writers consume. */

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
 * Some tensors of a checkpoint that has been read otherwise; the memory of the others is given back, at once where the engine
 * has `ArrayBuffer.transfer`, else when it is collected. The checkpoint itself, and views into it, are no longer good then.
 *
 * Tensors that were loaded together lie in one buffer: those wanted stay in it where they are most of it, and are copied
 * out of it where they are not.
 *
 * @param wanted by name in the file; the scales of quantized tensors are asked for like every other.
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
    if (wanted(name)) kept.set(name, stays(bytes.buffer) ? tensor : { ...tensor, bytes: bytes.slice() });
  }
  for (const buffer of wantedBytes.keys()) if (!stays(buffer)) release(buffer);
  return { tensors: kept, metadata };
}

/** Browsers since 2024 and Node 22; a large buffer can wait long for its collection elsewhere. */
function release(buffer: ArrayBuffer & { transfer?(length: number): ArrayBuffer }): void {
  buffer.transfer?.(0);
}
