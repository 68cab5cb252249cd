import { messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import { readStream, StreamBuffer } from './stream.ts';
import type { FileSource } from './types.ts';
import { checkLimit, verifyFile } from './verify.ts';
import { ReadError } from '../errors.ts';

/**
 * Creates a source from files that a user dropped or picked. Paths from a folder picker start with the picked folder, which
 * is removed: `my-model/config.json` becomes `config.json`.
 */
export function fileListSource(list: Iterable<File>): FileSource {
  const files = new Map(Array.from(list, (file) => [pathInside(file), file] as const));
  const location = files.size === 1 ? 'the file given' : `the ${files.size} files given`;
  const find = (path: string): File => {
    const file = files.get(path);
    if (!file) throw missingFile(path, location);
    return file;
  };
  return {
    location,
    read: async (path, { expected, limit, ...options }) => {
      const file = find(path);
      checkLimit(path, file.size, limit);
      const buffer = new StreamBuffer(path, { length: file.size });
      try {
        await readStream(file.stream().getReader(), buffer, options);
      } catch (error) {
        if (!(error instanceof DOMException) || error.name === 'AbortError') throw error;
        throw new ReadError(
          { problem: `${path} cannot be read: ${messageOf(error)}`, remedy: 'Choose the files again' },
          { cause: error },
        );
      }
      const bytes = buffer.finish();
      if (expected) await verifyFile(path, bytes, expected);
      return bytes;
    },
    size: (path) => Promise.resolve().then(() => find(path).size),
    list: () => Promise.resolve([...files.keys()]),
  };
}

function pathInside(file: File): string {
  // Node's File has no `webkitRelativePath`.
  const path = (file.webkitRelativePath as string | undefined) ?? '';
  return path === '' ? file.name : path.slice(path.indexOf('/') + 1);
}
