import { UnsafePathError } from '../errors.ts';

/** Returns a path in a folder of a model. No folder, or '', is the model's root. */
export const inFolder = (folder: string | undefined, path: string): string => (folder ? `${folder}/${path}` : path);

/**
 * Returns a path unchanged if it is a safe path inside a model: relative, separated by `/`, without `.`, `..` or a scheme. Index
 * files name shards, and anyone can write an index.
 *
 * @throws UnsafePathError
 */
export function checkPath(path: string): string {
  const names = path.split('/');
  // Control characters, `\` and `:` have a meaning in file systems or URLs.
  // oxlint-disable-next-line no-control-regex -- control characters are what is rejected here
  const plain = !/[\u0000-\u001f\u007f\\:?#%]/u.test(path);
  if (plain && path.length <= 1024 && names.every((name) => name !== '' && name !== '.' && name !== '..')) return path;
  throw new UnsafePathError({
    problem: `The model names a file ${JSON.stringify(path.slice(0, 200))}`,
    expected: 'Expected a relative path inside the model, such as "2_Dense/model.safetensors"',
    remedy: 'Do not load this model: its index is damaged or malicious',
  });
}
