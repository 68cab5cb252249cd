import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import type { ModelFiles } from '@albert-web/checkpoints';
import { isWeightFile, openModel } from '@albert-web/checkpoints';

/** A model to read. */
export interface ModelSource {
  readonly files: ModelFiles;
  /** The weights in the folder that were selected: a file, or the prefix of a TensorFlow checkpoint; undefined for the default. */
  readonly weights: string | undefined;
}

/** Matches a URL whose last part may name weights in a folder, not the folder: `pytorch_model.bin`, `onnx/model_q4.onnx`. */
const fileInFolder = /^(https?:[^?#]*\/)((?:onnx\/)?[^/?#]+)$/iu;

/**
 * Opens a model.
 *
 * @param location a folder, an archive, a URL or a Hub id; the path or URL of a weight file, beside its configuration or, for ONNX,
 * in a folder `onnx` beside it; or a TensorFlow checkpoint as in the original's flags (`FOLDER/model.ckpt-1000`, with or without
 * `.index`)
 */
export async function openSource(location: string): Promise<ModelSource> {
  const [, base, file = ''] = fileInFolder.exec(location) ?? [];
  if (base !== undefined && (isWeightFile(file) || file.includes('.ckpt')))
    return { files: await openModel(base), weights: prefixOf(file) };
  if (isWeightFile(location) && (await isFile(location))) {
    const folder = basename(dirname(location)) === 'onnx' ? dirname(dirname(location)) : dirname(location);
    return { files: await openModel(folder), weights: relative(folder, location).replaceAll(sep, '/') };
  }
  const prefix = prefixOf(location);
  if (!(await isFile(`${prefix}.index`))) return { files: await openModel(location), weights: undefined };
  // In a TF-Hub module the checkpoint is in a subfolder.
  const folder = prefix.endsWith('variables/variables') ? dirname(dirname(prefix)) : dirname(prefix);
  return { files: await openModel(folder), weights: relative(folder, prefix).replaceAll(sep, '/') };
}

/** Returns a checkpoint's path without the extension of its files. */
const prefixOf = (file: string): string => file.replace(/\.(?:index|meta|data-\d{5}-of-\d{5})$/u, '');

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
