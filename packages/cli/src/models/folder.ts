import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A model's folder being written: each file appears whole or not at all. */
export class ModelFolder {
  constructor(readonly path: string) {}

  /** @param path relative, `/` between folders. */
  async write(path: string, contents: Uint8Array | string): Promise<void> {
    const file = join(this.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.partial`, contents);
    await rename(`${file}.partial`, file);
  }
}
