import { FileTooLargeError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ModelFiles } from './types.ts';
import { checkLimit } from './verify.ts';

/**
 * The same files, but all that are read together have the limit of a single file: for weights in several files. Bytes are counted as
 * they arrive, since not every source knows the size of a file.
 *
 * @param whole a name for the files together, for messages: `model.safetensors.index.json with its shards`
 */
export function withinLimit(files: ModelFiles, whole: string): ModelFiles {
  const limit = limits.weights;
  const loaded = new Map<string, number>();
  const sum = (): number => [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
  return {
    ...files,
    readBytes: async (path, options = {}) => {
      const count = (bytes: number): void => {
        loaded.set(path, bytes);
        checkLimit(whole, sum(), limit);
      };
      count(0);
      const left = limit - sum();
      const reading = files.readBytes(path, {
        ...options,
        limit: Math.min(left, options.limit ?? left),
        onBytes: (soFar, total) => {
          count(soFar);
          options.onBytes?.(soFar, total);
        },
      });
      const bytes = await reading.catch((error: unknown) => {
        // The file alone would not be too large, so the message names all of them.
        if (error instanceof FileTooLargeError && left < limit) checkLimit(whole, Math.max(sum(), limit + 1), limit);
        throw error;
      });
      count(bytes.length);
      return bytes;
    },
  };
}
