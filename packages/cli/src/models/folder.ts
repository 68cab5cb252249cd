import { rmSync } from 'node:fs';
import { readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder, undefinedIfMissing } from '@albert-web/checkpoints';
import { ModelFolderError } from '../errors.ts';
import { guard, onInterrupt } from '../output/files.ts';
import { isRunning } from '../training/run/lock.ts';

/** The output folder of a model while it is being written. */
export class ModelFolder {
  /** @param path temporary path @param target final path, for messages */
  constructor(
    readonly path: string,
    private readonly target: string,
  ) {}

  /** Writes a file. @param path relative path, separated by `/` @throws RunFolderError */
  async write(path: string, contents: Uint8Array | string): Promise<void> {
    const file = join(this.path, path);
    await guarded(this.target, async () => {
      await makeFolder(dirname(file));
      await writeFile(file, contents);
    });
  }
}

const guarded = <T>(path: string, action: () => Promise<T>): Promise<T> =>
  guard(path, action, 'run the same command again');

/** Returns the names in a folder; none if it does not exist. @throws RunFolderError if it exists but cannot be read */
const namesIn = (folder: string): Promise<readonly string[]> =>
  guarded(folder, async () => (await undefinedIfMissing(readdir(folder))) ?? []);

/**
 * Writes a model to a new or empty folder. It is filled under a temporary name and renamed when complete, so a failure leaves nothing
 * half-written. A folder that cannot be created is reported before `fill` begins.
 *
 * @returns the result of `fill`
 * @throws ModelFolderError if the folder is not empty, RunFolderError if it cannot be read or written, and what `fill` throws
 */
export async function writeModelFolder<T>(path: string, fill: (folder: ModelFolder) => Promise<T>): Promise<T> {
  // Existing files of another model would be mistaken for parts of this one.
  const [there] = await namesIn(path);
  if (there !== undefined) throw occupied(path, there);
  const partial = partialOf(resolve(path), process.pid);
  const release = onInterrupt(() => rmSync(partial, { recursive: true, force: true }));
  try {
    await guarded(path, async () => {
      await removeAbandoned(resolve(path));
      await makeFolder(partial);
    });
    const result = await fill(new ModelFolder(partial, path));
    await guarded(path, async () => {
      await rmdir(path).catch(() => undefined);
      await rename(partial, path);
    });
    return result;
  } catch (error) {
    // Report only the first error, which is the cause.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  } finally {
    release();
  }
}

/** Returns the temporary name. It contains the process id, because two processes may write to the same target. */
const partialOf = (path: string, pid: number | string): string => `${path}.partial-${pid}`;

/** Removes temporary folders that killed processes left for this target. */
async function removeAbandoned(path: string): Promise<void> {
  const beginning = partialOf(basename(path), '');
  const names = await namesIn(dirname(path));
  const pids = names.flatMap((name) => (name.startsWith(beginning) ? [Number(name.slice(beginning.length))] : []));
  const abandoned = pids.filter((pid) => Number.isInteger(pid) && !isRunning(pid));
  await Promise.all(abandoned.map((pid) => rm(partialOf(path, pid), { recursive: true, force: true })));
}

function occupied(path: string, there: string): ModelFolderError {
  return new ModelFolderError({
    problem: `${path} already contains ${there}`,
    expected: 'Expected a new or an empty folder',
    remedy: 'Choose another folder, or delete this one first',
  });
}
