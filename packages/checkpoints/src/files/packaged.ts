/** Models that an npm package brings: `@albert-web/model-default` registers its files when it is imported. */
import { AlbertError } from '@albert-web/errors';
import { fileListSource } from './file-list.ts';
import { folderSource, runsInNode } from './folder.ts';
import { missingFile } from './model-files.ts';
import { MissingFileError, type FileSource } from './types.ts';
import { addressedSource, type UrlSource } from './url.ts';

/** The files of a model in a package. Bundlers give each a name of its own, so that they share no base URL. */
export interface PackagedModel {
  /** The package's name, for messages. */
  readonly name: string;
  /** Settings, as the module carries them. */
  readonly texts: Readonly<Record<string, string>>;
  /** Where the other files are, by their paths in the model. */
  readonly urls: Readonly<Record<string, string>>;
}

/** `load` was given no model, and no package brings one. */
export class NoModelError extends AlbertError {
  override readonly name = 'NoModelError';
}

const defaultPackage = '@albert-web/model-default';
/** Shared with the package, which imports nothing of ours. */
const registry = Symbol.for('albert-web.default-model');

/** The model of the package that was imported; undefined where none was. */
export function registeredModel(): PackagedModel | undefined {
  return (globalThis as { readonly [registry]?: PackagedModel })[registry];
}

/** The same; in Node the package is imported where it is installed. @throws NoModelError where there is none. */
export async function installedModel(): Promise<PackagedModel> {
  if (!registeredModel() && runsInNode()) await importPackage(defaultPackage);
  const model = registeredModel();
  if (model) return model;
  throw noModel();
}

/** The error of a page or program without a model. */
export function noModel(): NoModelError {
  const howTo = runsInNode() ? `Run npm install ${defaultPackage}` : `Write import '${defaultPackage}'`;
  return new NoModelError({
    problem: 'load() was given no model',
    remedy:
      `${howTo}, or pass a folder, such as '/models/default/' after npx albert-web copy public/models, ` +
      `or pass a Hub id, such as 'albert/albert-base-v2'`,
  });
}

/** By a name that bundlers do not follow: the package may not be installed. */
async function importPackage(name: string): Promise<void> {
  try {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name);
  } catch (error) {
    // Bun has a code of CommonJS's.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
  }
}

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
