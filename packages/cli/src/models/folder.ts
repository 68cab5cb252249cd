import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AlbertError } from '@albert-web/errors';
import { guard } from '../training/run/folder.ts';

/** The output folder of a model is not empty. */
export class ModelFolderError extends AlbertError {
  override readonly name = 'ModelFolderError';
}

/** The output folder of a model. */
export class ModelFolder {
  constructor(readonly path: string) {}

  /** @param path relative, separated by `/` */
  async write(path: string, contents: Uint8Array | string): Promise<void> {
    const file = join(this.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
}

/**
 * Writes a model to a new or empty folder. It is filled under a temporary name and renamed when complete, so a failure leaves nothing
 * half-written.
 *
 * @throws ModelFolderError when the folder is not empty, RunFolderError when it cannot be written, and what `fill` throws
 */
export async function writeModelFolder(path: string, fill: (folder: ModelFolder) => Promise<void>): Promise<void> {
  // Existing files of another model would be taken for parts of this one.
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
    // The first error says what is wrong.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

function occupied(path: string, there: string): ModelFolderError {
  return new ModelFolderError({
    problem: `${path} already contains ${there}`,
    expected: 'Expected a new or an empty folder',
    remedy: 'Choose another folder, or delete this one first',
  });
}
