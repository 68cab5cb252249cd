import { readFile } from 'node:fs/promises';
import type { ModelFiles } from '@albert-web/checkpoints';
import { openArchive, openModel } from '@albert-web/checkpoints';

/** A model to convert: a folder, URL or Hub id, or an archive (`.tar.gz`, `.tar`) as the original releases are. */
export async function openSource(location: string): Promise<ModelFiles> {
  return /\.(tar|tgz|tar\.gz)$/u.test(location)
    ? openArchive(new Uint8Array(await readFile(location)), location)
    : openModel(location);
}
