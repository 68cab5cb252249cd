/** Writes the files of commands: atomically, with cleanup after an interrupt, and with named errors. */
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AlbertError, messageOf } from '@albert-web/errors';
import { RunFolderError } from '../errors.ts';

/** Prefix of files and folders that are not complete yet. */
export const partialPrefix = '.partial-';

/** Reads or writes files of `path`, with named errors. @param whenFull what to do if the disk is full, after freeing some space */
export async function guard<T>(
  path: string,
  action: () => Promise<T>,
  whenFull = 'run the same command again to resume from the last checkpoint',
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Not a file system error, and its message is already clear.
    if (error instanceof AlbertError) throw error;
    if (typeof code !== 'string') throw error;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    throw new RunFolderError(
      {
        problem: full ? `The disk of ${path} is full` : `${path} cannot be used: ${messageOf(error)}`,
        remedy: full ? `Free some space and ${whenFull}` : 'Check the path and its permissions',
      },
      { cause: error },
    );
  }
}

/** Writes a file under a temporary name, and renames it when it is complete. */
export async function writeWhole(path: string, contents: Uint8Array | string): Promise<void> {
  const partial = join(dirname(path), partialPrefix + basename(path));
  await writeDurably(partial, contents);
  await rename(partial, path);
}

/** Writes a file and flushes it to disk, so that a rename after it survives a power failure. */
export async function writeDurably(path: string, contents: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(contents);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Checks that a report can be written to a file, so that an unwritable path is reported before the work begins. */
export function checkWritable(path: string): Promise<void> {
  return guard(path, async () => (await open(path, 'a')).close(), 'run the same command again');
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `cleanUp` when the process is interrupted. The process then ends by the same signal, so that a shell sees the reason.
 *
 * @returns a function to call when there is nothing left to clean up
 */
export function onInterrupt(cleanUp: () => void): () => void {
  const interrupt = (signal: NodeJS.Signals): void => {
    release();
    cleanUp();
    process.kill(process.pid, signal);
  };
  const release = (): void => signals.forEach((signal) => process.off(signal, interrupt));
  for (const signal of signals) process.on(signal, interrupt);
  return release;
}
