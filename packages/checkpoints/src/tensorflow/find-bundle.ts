import { optionalFiles } from '../files/optional.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { ConvertError } from '../errors.ts';

/** Prefixes of published checkpoints, tried on servers, which cannot list files. */
const commonPrefixes = [
  'model.ckpt-best',
  'albert_model.ckpt',
  'model.ckpt',
  'tf_model.ckpt',
  'bert_model.ckpt',
  'variables/variables',
];

/**
 * Finds the prefix of the TensorFlow checkpoint in a folder: the one that the file `checkpoint` names, or the only one.
 *
 * @param options `prefix`: the requested checkpoint
 * @returns undefined if there is no checkpoint
 * @throws ConvertError when there are several; MissingFileError when the requested one is missing
 */
export async function findBundle(
  files: ModelFiles,
  { prefix, signal }: Pick<ReadOptions, 'signal'> & { readonly prefix?: string | undefined } = {},
): Promise<string | undefined> {
  const isThere = (candidate: string): Promise<boolean> => files.has(`${candidate}.index`, { signal });
  if (prefix !== undefined) {
    // Throws if it is missing.
    await files.size(`${prefix}.index`, { signal });
    return prefix;
  }
  const newest = await newestOf(files, signal);
  if (newest !== undefined && (await isThere(newest))) return newest;
  const found = await listBundles(files, isThere, signal);
  if (found.length <= 1) return found[0];
  throw new ConvertError({
    problem: `${files.location} has ${found.length} TensorFlow checkpoints: ${found.slice(0, 5).join(', ')}`,
    expected: 'Expected one, or a file "checkpoint" that names the newest',
    remedy: `Choose one of them: ${files.location.replace(/\/$/u, '')}/${found.at(-1)}`,
  });
}

/** Returns the checkpoint that the file `checkpoint` names. The path there is that of the training machine. */
async function newestOf(files: ModelFiles, signal: AbortSignal | undefined): Promise<string | undefined> {
  const text = await optionalFiles(files, signal).readText('checkpoint');
  return /^model_checkpoint_path: "(?:[^"]*\/)?([^"/]+)"/mu.exec(text ?? '')?.[1];
}

async function listBundles(
  files: ModelFiles,
  isThere: (prefix: string) => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const names = await files.list?.({ signal });
  if (names) return names.filter((name) => name.endsWith('.index')).map((name) => name.replace(/\.index$/u, ''));
  const found: string[] = [];
  for (const candidate of commonPrefixes) if (await isThere(candidate)) found.push(candidate);
  return found;
}
