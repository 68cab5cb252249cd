import { UnsafePathError } from '../errors.ts';

/** A path in a folder of a model; no folder, or an empty one, is the model's root. */
export const inFolder = (folder: string | undefined, path: string): string => (folder ? `${folder}/${path}` : path);

/**
 * Returns a path inside a model as it is, when it is one: relative, `/` between names, no `.` or `..`, no scheme.
 * Index files name shards, and an index can be written by anyone.
 *
 * @throws UnsafePathError
 */
export function checkPath(path: string): string {
  const names = path.split('/');
  // Control characters, `\` and `:` mean something to a file system or to a URL parser.
  // oxlint-disable-next-line no-control-regex -- control characters are what is being refused
  const plain = !/[\u0000-\u001f\u007f\\:?#%]/u.test(path);
  if (plain && path.length <= 1024 && names.every((name) => name !== '' && name !== '.' && name !== '..')) return path;
  throw new UnsafePathError({
    problem: `The model names a file ${JSON.stringify(path.slice(0, 200))}`,
    expected: 'Expected a relative path inside the model, such as "2_Dense/model.safetensors"',
    remedy: 'Do not load this model: its index is broken or hostile',
  });
}
