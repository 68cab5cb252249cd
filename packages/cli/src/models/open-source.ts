import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import type { ModelFiles } from '@albert-web/checkpoints';
import { openArchive, openModel } from '@albert-web/checkpoints';

/** A model to read. */
export interface ModelSource {
  readonly files: ModelFiles;
  /** The weights of the folder that were named: a TensorFlow checkpoint, or an ONNX file. */
  readonly weights: string | undefined;
}

/**
 * A folder, URL or Hub id; an archive (`.tar.gz`, `.tar`) as the original releases are; the path of an ONNX file, beside
 * its configuration or in a folder `onnx` beside it; or the path of a TensorFlow checkpoint as the original's flags take it
 * (`FOLDER/model.ckpt-1000`, with or without `.index`).
 */
export async function openSource(location: string): Promise<ModelSource> {
  if (/\.(tar|tgz|tar\.gz)$/u.test(location))
    return { files: await openArchive(new Uint8Array(await readFile(location)), location), weights: undefined };
  if (location.endsWith('.onnx') && (await isFile(location))) {
    const folder = basename(dirname(location)) === 'onnx' ? dirname(dirname(location)) : dirname(location);
    return { files: await openModel(folder), weights: relative(folder, location).replaceAll(sep, '/') };
  }
  const prefix = location.replace(/\.(?:index|meta|data-\d{5}-of-\d{5})$/u, '');
  return (await isFile(`${prefix}.index`))
    ? { files: await openModel(dirname(prefix)), weights: basename(prefix) }
    : { files: await openModel(location), weights: undefined };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
