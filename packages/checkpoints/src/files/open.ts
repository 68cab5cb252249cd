import { runsInNode } from '@albert-web/core/runtime';
import { InvalidArgumentError, logWarning, messageOf, type AlbertError } from '@albert-web/errors';
import { isModelCached, openStore } from './cache.ts';
import { cacheKey, cachedSource } from './cached.ts';
import { fileListSource } from './file-list.ts';
import { folderSource, isFolder } from './folder.ts';
import { explainedHub, hubSource, type HubOptions } from './hub.ts';
import { badLocation, checkLocation, isArchive, parseUrl, readLocation, type HubLocation } from './location.ts';
import { CacheError, CacheWarning } from '../errors.ts';
import { modelFiles } from './model-files.ts';
import type { PackagedModel } from './installed.ts';
import { packagedFolder, packagedSource, withTexts } from './packaged.ts';
import { tfHubModel, tfHubWarning } from './tf-hub.ts';
import type { FileSource, ModelFiles } from './types.ts';
import { limits } from '../limits.ts';
import { fileMeter, type LoadProgress } from '../progress.ts';
import { addressedSource, urlSource, type UrlSource } from './url.ts';

/**
 * The location of a model: a path, a base URL, a Hub id `org/name`, files that a user dropped, or the files of an npm package. A
 * path, a URL or a single file may be an archive: `.tar.gz`, `.tgz`, `.tar` or `.zip`. A TF-Hub handle opens the same weights on
 * the Hugging Face Hub.
 */
export type ModelLocation = string | URL | Iterable<File> | PackagedModel;

/** Options for accessing a model's files. */
export interface OpenOptions extends HubOptions {
  /** Whether Hub ids may be downloaded from the Hub. Default: true. */
  readonly allowRemote?: boolean | undefined;
  /**
   * A path or URL where Hub ids are looked up first: with `/models/`, `org/name` opens `/models/org/name/` if that has a
   * `config.json`.
   */
  readonly localPath?: string | URL | undefined;
  /** Whether to cache downloads. Default: true. Folders and dropped files are never cached. */
  readonly cache?: boolean | undefined;
  /** Node: the cache folder. Default: `$XDG_CACHE_HOME/albert-web` or `~/.cache/albert-web`. */
  readonly cacheFolder?: string | undefined;
  /** Never use the network: read everything from the cache, or fail with MissingFileError. */
  readonly localOnly?: boolean | undefined;
  /**
   * Receives a CacheWarning if the cache cannot be used (no space, not allowed), and a TfHubWarning if a TF-Hub handle is opened
   * on the Hugging Face Hub. Default: `console.warn`.
   */
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
  /** Receives the progress of reading an archive, which is read as a whole. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Aborts reading an archive. The promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a model. No file is read yet, except to look into `localPath`, or to read an archive.
 *
 * URLs (`https://…`, `file:…`) and paths that start with `./`, `../` or `/` are used as they are, relative to the page, or to the
 * working directory in Node. Any other text is a Hub id (`org/name`, `albert-base-v2`), unless it is an existing folder in Node.
 *
 * @throws InvalidArgumentError for an invalid location; for an archive, ConvertError, UnsafePathError and what reading a file
 * throws.
 */
export async function openModel(location: ModelLocation, options: OpenOptions = {}): Promise<ModelFiles> {
  const { source, around = (same) => same, archive } = await find(location, options);
  const files = modelFiles(around(isUrlSource(source) ? await withCache(source, options) : source));
  if (archive === undefined) return files;
  const { openArchive } = await import('../archive/open.ts');
  return openArchive(await readWhole(files, archive, options), archive);
}

async function readWhole(
  files: ModelFiles,
  file: string,
  { signal, onProgress }: OpenOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const meter = fileMeter(file, onProgress);
  const bytes = await files.readBytes(file, { signal, onBytes: meter.update, limit: limits.archive });
  meter.finish(bytes.length);
  return bytes;
}

/** Whether all files of a model are in the cache. Always true for files on this machine. */
export async function isCached(location: string | URL | PackagedModel, options: OpenOptions = {}): Promise<boolean> {
  const { source, around = (same) => same, archive } = await find(location, options);
  if (!isUrlSource(source)) return true;
  const store = await openStore(options.cacheFolder).catch(() => undefined);
  if (!store) return false;
  const kept = cachedSource(source, store, { localOnly: true, onWarning: () => undefined });
  if (archive !== undefined) return modelFiles(kept).has(archive);
  return isModelCached(modelFiles(around(kept)), (path, identity) => store.has(cacheKey(source, path, identity)));
}

/**
 * Removes a model from the cache, or every model if no location is given. Does nothing if there is no cache.
 *
 * @throws InvalidArgumentError for an invalid location, CacheError when the cache cannot be opened or cleared
 */
export async function clearCache(location?: string | URL | PackagedModel, options: OpenOptions = {}): Promise<void> {
  const urls = location === undefined ? [undefined] : await urlsOf(location, options);
  try {
    const store = await openStore(options.cacheFolder);
    for (const url of urls) await store?.clear(url);
  } catch (error) {
    throw notCleared(error);
  }
}

/** Returns prefixes that cover the URLs of a model's files. */
async function urlsOf(location: string | URL | PackagedModel, options: OpenOptions): Promise<readonly string[]> {
  if (isPackaged(location)) return Object.values(location.urls);
  const { source, archive } = await find(location, options);
  return [archive !== undefined && isUrlSource(source) ? source.urlOf(archive).href : source.location];
}

async function withCache(source: UrlSource, options: OpenOptions): Promise<FileSource> {
  const { cache = true, cacheFolder, localOnly = false, onWarning = logWarning } = options;
  const refused = (cause: unknown): undefined => {
    onWarning(cacheRefused(cause));
  };
  const store = cache ? await openStore(cacheFolder).catch(refused) : undefined;
  if (store) return cachedSource(source, store, { localOnly, onWarning });
  if (!localOnly) return source;
  throw new InvalidArgumentError({
    problem: `${source.location} should be read from the cache only, but there is no cache`,
    expected: 'Expected a page in a secure context, or Node',
    remedy: 'Serve the page over HTTPS or from localhost, and do not turn off `cache`',
  });
}

function notCleared(cause: unknown): CacheError {
  return new CacheError(
    {
      problem: `The cache cannot be cleared: ${messageOf(cause)}`,
      remedy: runsInNode()
        ? 'Check the cache folder and its permissions, or delete it'
        : "Allow this page to store data, or clear the site's data in the browser's settings",
    },
    { cause },
  );
}

/** The warning for a browser that does not allow the cache, as in some private windows. */
function cacheRefused(cause: unknown): CacheWarning {
  return new CacheWarning(
    {
      problem: `Downloads cannot be cached here: ${messageOf(cause)}`,
      remedy: 'The model works but will be downloaded again next time',
    },
    { cause },
  );
}

const isUrlSource = (source: FileSource | UrlSource): source is UrlSource => 'urlOf' in source;

/** A source, and how to wrap it. */
interface Found {
  readonly source: FileSource | UrlSource;
  readonly around?: (source: FileSource) => FileSource;
  /** The archive within the source that holds the model, if any. */
  readonly archive?: string | undefined;
}

async function find(location: ModelLocation, options: OpenOptions): Promise<Found> {
  checkLocation(location);
  if (location instanceof URL) return findByUrl(location, options);
  if (isPackaged(location)) return findPackaged(location);
  if (typeof location !== 'string') return findInFiles([...location]);
  // In Node, an existing folder takes precedence over a Hub id of the same name.
  if (await isFolder(location)) return { source: await folderSource(location) };
  const handle = tfHubModel(location);
  if (handle !== undefined) return findByHandle(location, handle, options);
  const written = readLocation(location);
  if (written.kind === 'url') return findByUrl(written.url, options);
  if (written.kind === 'hub') return findWritten(written, options);
  return isArchive(written.path) ? findArchive(written.path) : { source: sourceOfPath(written.path) };
}

/** Finds a model on the Hub by its id or the URL of its page, which may include a revision. */
function findWritten({ id, revision }: HubLocation, options: OpenOptions): Promise<Found> {
  return findById(id, { ...options, revision: revision ?? options.revision });
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Finds an archive by its path, relative to the page or to the working directory. */
async function findArchive(path: string): Promise<Found> {
  if (!runsInNode()) return findByUrl(parseUrl(path, globalThis.location.href), {});
  const folder = path.slice(0, -nameOf(path).length) || '.';
  return { source: await folderSource(folder), archive: nameOf(path) };
}

async function findByUrl(url: URL, options: OpenOptions): Promise<Found> {
  const handle = tfHubModel(url.href);
  if (handle !== undefined) return findByHandle(url.href, handle, options);
  const written = readLocation(url.href);
  if (written.kind === 'hub') return findWritten(written, options);
  if (!isArchive(url.pathname)) return { source: await sourceOfUrl(url) };
  const archive = decodeURIComponent(nameOf(url.pathname));
  const folder = new URL('.', url);
  // The archive's URL may have a query, so it is used as it is.
  const source = url.protocol === 'file:' ? await sourceOfUrl(folder) : addressedSource(folder.href, () => url);
  return { source, archive };
}

/** Finds a model in dropped files, or in a single dropped archive. */
function findInFiles(files: readonly File[]): Found {
  const [file] = files;
  const archive = files.length === 1 && file && isArchive(file.name) ? file.name : undefined;
  return { source: fileListSource(files), archive };
}

async function findByHandle(handle: string, id: string, options: OpenOptions): Promise<Found> {
  (options.onWarning ?? logWarning)(tfHubWarning(handle, id));
  return findById(id, options);
}

const isPackaged = (location: ModelLocation): location is PackagedModel =>
  typeof location === 'object' && 'urls' in location;

async function findPackaged(model: PackagedModel): Promise<Found> {
  const folder = await packagedFolder(model);
  return folder ? { source: folder } : { source: packagedSource(model), around: (source) => withTexts(source, model) };
}

function sourceOfPath(path: string): UrlSource {
  if (runsInNode()) throw badLocation(path, 'Expected an existing folder');
  return urlSource(parseUrl(path, globalThis.location.href));
}

async function sourceOfUrl(url: URL): Promise<FileSource | UrlSource> {
  if (url.protocol !== 'file:') return urlSource(url);
  const { fileURLToPath } = await import('node:url');
  return folderSource(fileURLToPath(url));
}

/** Looks in `localPath` first, then on the Hub if that is allowed. */
async function findById(id: string, options: OpenOptions): Promise<Found> {
  const { allowRemote = true, localPath } = options;
  const local = localPath === undefined ? undefined : await findLocal(localPath, id, options);
  if (local) return { source: local };
  if (allowRemote) return { source: hubSource(id, options), around: (source) => explainedHub(source, id) };
  throw new InvalidArgumentError({
    problem: `${JSON.stringify(id)} is a Hub id, but allowRemote is false`,
    expected: localPath === undefined ? 'Expected a path or a URL' : `Expected the model in ${String(localPath)}`,
    remedy: 'Start a path with ./ or /, put the model into localPath, or allow the Hub',
  });
}

/** Finds `localPath/org/name/`, if it has a `config.json`. */
async function findLocal(
  localPath: string | URL,
  id: string,
  options: OpenOptions,
): Promise<FileSource | UrlSource | undefined> {
  const folder = `${String(localPath).replace(/\/$/u, '')}/${id}`;
  const written = readLocation(folder);
  if (written.kind === 'hub')
    throw badLocation(folder, 'Expected a localPath that is a URL or begins with ./, ../ or /');
  if (written.kind === 'path' && runsInNode() && !(await isFolder(folder))) return undefined;
  const { source } = await find(folder, {});
  const files = modelFiles(isUrlSource(source) ? await withCache(source, options) : source);
  return (await files.has('config.json')) ? source : undefined;
}
