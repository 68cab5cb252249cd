import { InvalidArgumentError, logWarning, type AlbertError } from '@albert-web/errors';
import { isModelCached, openStore } from './cache.ts';
import { cacheKey, cachedSource } from './cached.ts';
import { fileListSource } from './file-list.ts';
import { folderSource, isFolder } from './folder.ts';
import { explainedHub, hubSource, type HubOptions } from './hub.ts';
import { badLocation, parseUrl, readLocation } from './location.ts';
import { modelFiles } from './model-files.ts';
import type { PackagedModel } from './installed.ts';
import { packagedFolder, packagedSource, withTexts } from './packaged.ts';
import { runsInNode } from './runtime.ts';
import type { FileSource, ModelFiles } from './types.ts';
import { urlSource, type UrlSource } from './url.ts';

/** Where a model can be: a path, a base URL, a Hub id `org/name`, files a user dropped, or an npm package's files. */
export type ModelLocation = string | URL | Iterable<File> | PackagedModel;

/** How to reach a model's files. */
export interface OpenOptions extends HubOptions {
  /** Whether a Hub id may be looked up on the Hub. Default: true. */
  readonly allowRemote?: boolean | undefined;
  /**
   * A path or URL under which Hub ids are looked up first: with `/models/`, `org/name` is `/models/org/name/` where that has a
   * `config.json`.
   */
  readonly localPath?: string | URL | undefined;
  /** Keep what is fetched, and use what is kept. Default: true. Folders and dropped files are never copied. */
  readonly cache?: boolean | undefined;
  /** Node: where to keep it. Default: `$XDG_CACHE_HOME/albert-web` or `~/.cache/albert-web`. */
  readonly cacheFolder?: string | undefined;
  /** Never ask the network: everything comes from the cache, or fails with MissingFileError. */
  readonly localOnly?: boolean | undefined;
  /** Told of a CacheWarning when the cache cannot be used (no space, not allowed). Default: `console.warn`. */
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
}

/**
 * Opens a model. Nothing is read yet, unless `localPath` asks for it.
 *
 * URLs (`https://…`, `file:…`) and paths that begin with `./`, `../` or `/` say where it is: relative to the page, or to the
 * working directory in Node. Any other text is a Hub id (`org/name`, `albert-base-v2`), unless it names a folder that exists
 * in Node.
 *
 * @throws InvalidArgumentError when the location is none of these.
 */
export async function openModel(location: ModelLocation, options: OpenOptions = {}): Promise<ModelFiles> {
  const { source, around = (same) => same } = await find(location, options);
  return modelFiles(around(isUrlSource(source) ? await withCache(source, options) : source));
}

/** Whether the configuration and all weights of a model are in the cache; files on this machine always are. */
export async function isCached(location: string | URL | PackagedModel, options: OpenOptions = {}): Promise<boolean> {
  const { source, around = (same) => same } = await find(location, options);
  if (!isUrlSource(source)) return true;
  const store = await openStore(options.cacheFolder);
  if (!store) return false;
  const kept = cachedSource(source, store, { localOnly: true, onWarning: () => undefined });
  return isModelCached(modelFiles(around(kept)), (path, identity) => store.has(cacheKey(source, path, identity)));
}

/** Removes a model from the cache; every model without a location. */
export async function clearCache(location?: string | URL | PackagedModel, options: OpenOptions = {}): Promise<void> {
  const store = await openStore(options.cacheFolder);
  if (location === undefined) await store?.clear();
  else for (const url of await urlsOf(location, options)) await store?.clear(url);
}

/** What the URLs of a model's files begin with. */
async function urlsOf(location: string | URL | PackagedModel, options: OpenOptions): Promise<readonly string[]> {
  if (isPackaged(location)) return Object.values(location.urls);
  return [(await find(location, options)).source.location];
}

async function withCache(source: UrlSource, options: OpenOptions): Promise<FileSource> {
  const { cache = true, cacheFolder, localOnly = false, onWarning = logWarning } = options;
  const store = cache ? await openStore(cacheFolder).catch(() => undefined) : undefined;
  if (store) return cachedSource(source, store, { localOnly, onWarning });
  if (!localOnly) return source;
  throw new InvalidArgumentError({
    problem: `${source.location} should be read from the cache only, and there is no cache`,
    expected: 'Expected a page in a secure context, or Node',
    remedy: 'Serve the page over HTTPS or from localhost, and leave `cache` on',
  });
}

const isUrlSource = (source: FileSource | UrlSource): source is UrlSource => 'urlOf' in source;

/** A source, and what goes around it and its cache. */
interface Found {
  readonly source: FileSource | UrlSource;
  readonly around?: (source: FileSource) => FileSource;
}

async function find(location: ModelLocation, options: OpenOptions): Promise<Found> {
  if (location instanceof URL) return { source: await sourceOfUrl(location) };
  if (isPackaged(location)) return findPackaged(location);
  if (typeof location !== 'string') return { source: fileListSource(location) };
  // In Node, a folder that is there wins over a Hub id of the same name.
  if (await isFolder(location)) return { source: await folderSource(location) };
  const written = readLocation(location);
  if (written.kind === 'url') return { source: await sourceOfUrl(written.url) };
  return written.kind === 'path' ? { source: sourceOfPath(written.path) } : findById(written.id, options);
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

/** Models kept at home come first; the Hub is asked only where that is allowed. */
async function findById(id: string, options: OpenOptions): Promise<Found> {
  const { allowRemote = true, localPath } = options;
  const local = localPath === undefined ? undefined : await findLocal(localPath, id, options);
  if (local) return { source: local };
  if (allowRemote) return { source: hubSource(id, options), around: (source) => explainedHub(source, id) };
  throw new InvalidArgumentError({
    problem: `${JSON.stringify(id)} is a Hub id, and allowRemote is false`,
    expected: localPath === undefined ? 'Expected a path or a URL' : `Expected the model in ${String(localPath)}`,
    remedy: 'Write a path with ./ or / in front, put the model into localPath, or allow the Hub',
  });
}

/** `localPath/org/name/`, where there is a configuration. */
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
