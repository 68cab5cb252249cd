import { copyOf } from '@albert-web/errors';
import { checkPath } from '../files/path.ts';
import { missingFile, modelFiles } from '../files/model-files.ts';
import type { ModelFiles } from '../files/types.ts';
import { verifyFile } from '../files/verify.ts';
import { gunzip } from './gunzip.ts';
import { readTar } from './tar.ts';
import { readZip } from './zip.ts';

/**
 * Opens a `.tar.gz` or `.tar`, such as the original releases, or a `.zip`. Folders that hold everything are removed from the paths:
 * `releases/albert_base/albert_config.json` becomes `albert_config.json`.
 *
 * @throws ConvertError for a damaged archive, UnsafePathError for paths that lead out of it.
 */
export async function openArchive(bytes: Uint8Array<ArrayBuffer>, archive = 'the archive'): Promise<ModelFiles> {
  const entries = await readEntries(bytes, archive);
  const kept = withoutCommonFolders(withoutClutter([...entries]));
  const files = new Map(kept.map(([path, contents]) => [checkPath(path), contents]));
  const find = (path: string): Uint8Array<ArrayBuffer> => {
    const contents = files.get(path);
    if (!contents) throw missingFile(path, archive);
    return contents;
  };
  return modelFiles({
    location: archive,
    read: async (path, { expected, onBytes }) => {
      const contents = find(path);
      if (expected) await verifyFile(path, contents, expected);
      onBytes?.(contents.length, contents.length);
      return copyOf(contents);
    },
    size: (path) => Promise.resolve().then(() => find(path).length),
    list: () => Promise.resolve([...files.keys()]),
  });
}

/** Detects the format by the first bytes, since file names can be wrong. */
async function readEntries(
  bytes: Uint8Array<ArrayBuffer>,
  archive: string,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readZip(bytes, archive);
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return readTar(compressed ? await gunzip(bytes, archive) : bytes, archive);
}

/** Files that macOS adds to archives. */
const isClutter = (path: string): boolean => /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$)/u.test(path);

type Entries<T> = readonly (readonly [path: string, contents: T])[];

const withoutClutter = <T>(entries: Entries<T>): Entries<T> =>
  entries
    .filter(([path]) => !isClutter(path))
    .map(([path, contents]) => [path.replace(/^\.\//u, ''), contents] as const);

function withoutCommonFolders<T>(entries: Entries<T>): Entries<T> {
  // `..` is kept here, and rejected later.
  const folder = /^(?!\.\.\/)[^/]+\//u.exec(entries[0]?.[0] ?? '')?.[0];
  if (folder === undefined || !entries.every(([path]) => path.startsWith(folder))) return entries;
  return withoutCommonFolders(entries.map(([path, contents]) => [path.slice(folder.length), contents] as const));
}
