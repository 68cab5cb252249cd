/** Reads TF-Hub modules of google-research/albert, as written by `export_to_tfhub.py`. */
import { movedFiles } from '../files/folder-of.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';

const graphFile = 'saved_model.pb';
/** Names of the configuration and the vocabulary in the original releases. */
const assets = ['albert_config.json', '30k-clean.model'];
const folder = 'assets/';

/**
 * Returns the files of a module, with those in `assets` moved to the root and the SentencePiece model renamed to its name
 * in the releases. Files of other models are returned unchanged.
 */
export async function hubModuleFiles(
  files: ModelFiles,
  { signal }: Pick<ReadOptions, 'signal'> = {},
): Promise<ModelFiles> {
  if (!(await files.has(graphFile, { signal }))) return files;
  const all = await files.list?.({ signal });
  const vocabularies = all?.filter((path) => path.startsWith(folder) && path.endsWith('.model')) ?? [];
  const places = new Map(assets.map((name) => [name, `${folder}${name}`]));
  const [vocabulary] = vocabularies;
  if (vocabulary !== undefined && vocabularies.length === 1) places.set('30k-clean.model', vocabulary);
  return movedFiles(files, async (path) => {
    const place = places.get(path);
    return place === undefined || (await files.has(path, { signal })) ? path : place;
  });
}
