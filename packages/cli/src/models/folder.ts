import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AlbertError } from '@albert-web/errors';
import { guard } from '../training/run/folder.ts';

/** A model is to be written where something is already. */
export class ModelFolderError extends AlbertError {
  override readonly name = 'ModelFolderError';
}

/** A model's folder being written. */
export class ModelFolder {
  constructor(readonly path: string) {}

  /** @param path relative, `/` between folders. */
  async write(path: string, contents: Uint8Array | string): Promise<void> {
    const file = join(this.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
}

/**
 * Writes a model into a folder that is not there yet, or is empty. It is filled under another name and renamed when it is
 * whole: whatever fails, nothing half-written stays.
 *
 * @throws ModelFolderError when the folder holds something, RunFolderError when it cannot be written, and what `fill` throws.
 */
export async function writeModelFolder(path: string, fill: (folder: ModelFolder) => Promise<void>): Promise<void> {
  // Files of another model beside these would be taken for parts of this one.
  const [there] = await readdir(path).catch(() => []);
  if (there !== undefined) throw occupied(path, there);
  const partial = `${resolve(path)}.partial-${process.pid}`;
  try {
    await guard(
      path,
      async () => {
        await mkdir(partial, { recursive: true });
        await fill(new ModelFolder(partial));
        await rmdir(path).catch(() => undefined);
        await rename(partial, path);
      },
      'run the same command again',
    );
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function occupied(path: string, there: string): ModelFolderError {
  return new ModelFolderError({
    problem: `${path} already holds ${there}`,
    expected: 'Expected a new or an empty folder',
    remedy: 'Give another folder, or delete this one first',
  });
}
