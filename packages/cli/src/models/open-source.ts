import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { ModelFiles } from '@albert-web/checkpoints';
import { openArchive, openModel } from '@albert-web/checkpoints';

/** A model to read. */
export interface ModelSource {
  readonly files: ModelFiles;
  /** The TensorFlow checkpoint of the folder that was named. */
  readonly prefix: string | undefined;
}

/**
 * A folder, URL or Hub id; an archive (`.tar.gz`, `.tar`) as the original releases are; or the path of a TensorFlow
 * checkpoint as the original's flags take it (`FOLDER/model.ckpt-1000`, with or without `.index`).
 */
export async function openSource(location: string): Promise<ModelSource> {
  if (/\.(tar|tgz|tar\.gz)$/u.test(location))
    return { files: await openArchive(new Uint8Array(await readFile(location)), location), prefix: undefined };
  const prefix = location.replace(/\.(?:index|meta|data-\d{5}-of-\d{5})$/u, '');
  return (await isFile(`${prefix}.index`))
    ? { files: await openModel(dirname(prefix)), prefix: basename(prefix) }
    : { files: await openModel(location), prefix: undefined };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
