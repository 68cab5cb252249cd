/** Reads models in npm packages. */
import { fileListSource } from './file-list.ts';
import { folderSource } from './folder.ts';
import type { PackagedModel } from './installed.ts';
import { missingFile } from './model-files.ts';
import type { FileSource } from './types.ts';
import { addressedSource, type UrlSource } from './url.ts';
import { MissingFileError } from '../errors.ts';

/** Opens the package's folder on disk, if its URLs are file URLs. */
export async function packagedFolder({ urls }: PackagedModel): Promise<FileSource | undefined> {
  const file = Object.values(urls).find((url) => url.startsWith('file:'));
  if (file === undefined) return undefined;
  const { fileURLToPath } = await import('node:url');
  return folderSource(fileURLToPath(new URL('.', file)));
}

/** Creates a source for the files with URLs. */
export function packagedSource({ name, urls }: PackagedModel): UrlSource {
  return addressedSource(name, (path) => {
    const url = Object.hasOwn(urls, path) ? urls[path] : undefined;
    if (url === undefined) throw missingFile(path, name);
    return new URL(url);
  });
}

/** Serves the model's small files from memory, and explains why a bundler may have left out a file. */
export function withTexts(source: FileSource, { name, texts, urls }: PackagedModel): FileSource {
  const settings = fileListSource(Object.entries(texts).map(([path, text]) => new File([text], path)));
  const holder = (path: string): FileSource => (Object.hasOwn(texts, path) ? settings : source);
  const explain = (path: string, error: unknown): never => {
    const url = Object.hasOwn(urls, path) ? urls[path] : undefined;
    if (url === undefined || source.localOnly || !(error instanceof MissingFileError)) throw error;
    throw new MissingFileError({
      problem: `${path} of ${name} was not found at ${url}`,
      expected: 'Expected a bundler that emits files referenced by new URL(…, import.meta.url)',
      remedy: "Run npx albert-web copy public/models, and load('/models/default/')",
    });
  };
  return {
    ...source,
    read: (path, options) =>
      holder(path)
        .read(path, options)
        .catch((error: unknown) => explain(path, error)),
    size: (path, signal) =>
      holder(path)
        .size(path, signal)
        .catch((error: unknown) => explain(path, error)),
  };
}
