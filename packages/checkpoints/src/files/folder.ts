import { runsInNode } from '@albert-web/core/runtime';
import { allocate, messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import type { FileSource, ReadOptions } from './types.ts';
import { checkLimit, verifyFile, wrongSize } from './verify.ts';
import { ReadError } from '../errors.ts';

/** Largest single read. Keeps progress and aborts responsive without reducing throughput. */
const blockBytes = 4 * 1024 * 1024;

/** Creates a source from a folder on disk. Node only; `node:fs` is imported when the first folder is opened. */
export async function folderSource(folder: string): Promise<FileSource> {
  const { open, readdir, stat } = await import('node:fs/promises');
  const path = await import('node:path');

  const locate = (file: string): string => path.join(folder, file);

  const read = async (
    path: string,
    { signal, onBytes, expected, limit }: ReadOptions,
  ): Promise<Uint8Array<ArrayBuffer>> => {
    const handle = await open(locate(path), 'r').catch((error: unknown) => {
      throw fileError(path, folder, error);
    });
    try {
      const { size } = await handle.stat();
      checkLimit(path, size, limit);
      const bytes = allocate(Uint8Array, size);
      let loaded = 0;
      while (loaded < size) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(bytes, loaded, Math.min(blockBytes, size - loaded), loaded);
        if (bytesRead === 0) throw wrongSize(path, loaded, size);
        loaded += bytesRead;
        onBytes?.(loaded, size);
      }
      if (expected) await verifyFile(path, bytes, expected);
      return bytes;
    } catch (error) {
      throw fileError(path, folder, error);
    } finally {
      await handle.close();
    }
  };

  const size = async (path: string): Promise<number> => {
    const stats = await stat(locate(path)).catch((error: unknown) => {
      throw fileError(path, folder, error);
    });
    if (!stats.isFile()) throw missingFile(path, folder, 'is not a file');
    return stats.size;
  };

  const list = async (): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      throw listError(folder, error);
    });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
      .sort();
  };

  return { location: folder, read, size, list };
}

/** Whether a path is an existing folder; false without a file system. */
export async function isFolder(path: string): Promise<boolean> {
  if (!runsInNode()) return false;
  const { stat } = await import('node:fs/promises');
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The error for a folder, or a folder inside it, that cannot be listed. The system's message names it. */
function listError(folder: string, cause: unknown): ReadError {
  return new ReadError(
    {
      problem: `The folder ${folder} cannot be listed: ${messageOf(cause)}`,
      remedy: 'Check the permissions of the folder and of all folders in it',
    },
    { cause },
  );
}

/** Converts system errors to ours. Everything else, including aborts, passes through. */
function fileError(path: string, folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return missingFile(path, folder);
  return new ReadError(
    {
      problem: `${path} in ${folder} cannot be read: ${messageOf(error)}`,
      remedy: 'Check the file and its permissions',
    },
    { cause: error },
  );
}
