import type { Checkpoint } from '../checkpoint.ts';

/** A file to be written into a model's folder. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Shards of at most `maxBytes` (default 4 MiB) and their `model.safetensors.index.json`, with sizes and SHA-256. */
export declare function writeShardedCheckpoint(
  checkpoint: Checkpoint,
  options?: { readonly maxBytes?: number },
): Promise<WrittenFile[]>;
