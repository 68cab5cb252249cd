/** Reads models that an npm package brings. */
import { fileListSource } from './file-list.ts';
import { folderSource } from './folder.ts';
import type { PackagedModel } from './installed.ts';
import { missingFile } from './model-files.ts';
import type { FileSource } from './types.ts';
import { addressedSource, type UrlSource } from './url.ts';
import { MissingFileError } from '../errors.ts';

/** The folder on disk, where the package's files lie there. */
export async function packagedFolder({ urls }: PackagedModel): Promise<FileSource | undefined> {
  const file = Object.values(urls).find((url) => url.startsWith('file:'));
  if (file === undefined) return undefined;
  const { fileURLToPath } = await import('node:url');
  return folderSource(fileURLToPath(new URL('.', file)));
}

/** The files that have URLs. */
export function packagedSource({ name, urls }: PackagedModel): UrlSource {
  return addressedSource(name, (path) => {
    const url = Object.hasOwn(urls, path) ? urls[path] : undefined;
    if (url === undefined) throw missingFile(path, name);
    return new URL(url);
  });
}

/** A source with the texts of the model before it, and an error that says why a bundler may have left a file out. */
export function withTexts(source: FileSource, { name, texts, urls }: PackagedModel): FileSource {
  const settings = fileListSource(Object.entries(texts).map(([path, text]) => new File([text], path)));
  const holder = (path: string): FileSource => (Object.hasOwn(texts, path) ? settings : source);
  const explain = (path: string, error: unknown): never => {
    const url = Object.hasOwn(urls, path) ? urls[path] : undefined;
    if (url === undefined || source.localOnly || !(error instanceof MissingFileError)) throw error;
    throw new MissingFileError({
      problem: `${path} of ${name} is not there at ${url}`,
      expected: 'Expected a bundler that emits what modules name by new URL(…, import.meta.url)',
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
