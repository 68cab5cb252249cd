import type { Checkpoint } from './checkpoint.ts';
import type { ModelFiles } from './files/types.ts';

/** How far loading is. `loaded` never falls, `total` never changes, and the last report has them equal. */
export interface LoadProgress {
  /** Bytes of weights here so far. */
  readonly loaded: number;
  /** Bytes of weights in all. */
  readonly total: number;
  /** The file the newest bytes belong to. */
  readonly file: string;
}

/** How a checkpoint is loaded. */
export interface LoadOptions {
  /** Folder inside the model that holds the weights, such as `2_Dense`. Default: the model's root. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Shards fetched at the same time. Default: 4. */
  readonly parallel?: number | undefined;
}

/** Loads `model.safetensors` or `model.safetensors.index.json` with its shards. */
export declare function loadCheckpoint(files: ModelFiles, options?: LoadOptions): Promise<Checkpoint>;
