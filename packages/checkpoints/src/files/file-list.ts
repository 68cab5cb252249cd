import { messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import { land, Landing } from './stream.ts';
import type { FileSource } from './types.ts';
import { checkLimit, verifyFile } from './verify.ts';
import { ReadError } from '../errors.ts';

/**
 * Files a user dropped or picked. A folder picker gives paths that begin with the picked folder; that one is dropped,
 * so that `my-model/config.json` is `config.json`.
 */
export function fileListSource(list: Iterable<File>): FileSource {
  const files = new Map(Array.from(list, (file) => [pathInside(file), file] as const));
  const location = `the ${files.size} files given`;
  const find = (path: string): File => {
    const file = files.get(path);
    if (!file) throw missingFile(path, location);
    return file;
  };
  return {
    location,
    read: async (path, { into, expected, limit, ...options }) => {
      const file = find(path);
      checkLimit(path, file.size, limit);
      const landing = new Landing(path, { length: file.size, into });
      try {
        await land(file.stream().getReader(), landing, options);
      } catch (error) {
        if (!(error instanceof DOMException) || error.name === 'AbortError') throw error;
        throw new ReadError(
          { problem: `${path} cannot be read: ${messageOf(error)}`, remedy: 'Choose the files again' },
          { cause: error },
        );
      }
      const bytes = landing.finish();
      if (expected) await verifyFile(path, bytes, expected);
      return bytes;
    },
    size: (path) => Promise.resolve().then(() => find(path).size),
    list: () => Promise.resolve([...files.keys()]),
  };
}

function pathInside(file: File): string {
  // `webkitRelativePath` is missing on the File of Node.
  const path = (file.webkitRelativePath as string | undefined) ?? '';
  return path === '' ? file.name : path.slice(path.indexOf('/') + 1);
}
