/** TF-Hub modules of google-research/albert: what `export_to_tfhub.py` writes. */
import { movedFiles } from '../files/folder-of.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';

const graphFile = 'saved_model.pb';
/** The configuration and the vocabulary by the names of the original releases. */
const assets = ['albert_config.json', '30k-clean.model'];
const folder = 'assets/';

/**
 * A module's files: those in `assets` stand beside the others, and its SentencePiece model has the name that it has in the
 * releases, whatever it is called. Other models' files are given back as they are.
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
