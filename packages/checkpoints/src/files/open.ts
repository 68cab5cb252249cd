import { InvalidArgumentError, logWarning, type AlbertError } from '@albert-web/errors';
import { isModelCached, openStore } from './cache.ts';
import { cachedSource } from './cached.ts';
import { fileListSource } from './file-list.ts';
import { folderSource, isFolder, runsInNode } from './folder.ts';
import { modelFiles } from './model-files.ts';
import type { FileSource, ModelFiles } from './types.ts';
import { urlSource, type UrlSource } from './url.ts';

/** Where a model can be: a folder (Node), a base URL, a Hub id `org/name`, or files a user dropped. */
export type ModelLocation = string | URL | Iterable<File>;

/** How to reach a model's files. */
export interface OpenOptions {
  /** Root of a server with the Hugging Face Hub's URL layout. Default: `https://huggingface.co`. */
  readonly hubUrl?: string | URL | undefined;
  /** Branch, tag or commit of a Hub model. Default: `main`. */
  readonly revision?: string | undefined;
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
 * Opens a model; nothing is read yet.
 *
 * A string is, in this order: a URL (`https://…`, `file:…`); in Node, a folder that exists; a path relative to the page
 * (`/models/x`, `./x`); a Hub id (`org/name`, or `albert-base-v2`).
 *
 * @throws InvalidArgumentError when the location is none of these.
 */
export async function openModel(location: ModelLocation, options: OpenOptions = {}): Promise<ModelFiles> {
  const source = await sourceOf(location, options);
  return modelFiles(isUrlSource(source) ? await withCache(source, options) : source);
}

/** Whether the configuration and all weights of a model are in the cache; files on this machine always are. */
export async function isCached(location: string | URL, options: OpenOptions = {}): Promise<boolean> {
  const source = await sourceOf(location, options);
  if (!isUrlSource(source)) return true;
  const store = await openStore(options.cacheFolder);
  return store !== undefined && isModelCached(source, store);
}

/** Removes a model from the cache; every model without a location. */
export async function clearCache(location?: string | URL, options: OpenOptions = {}): Promise<void> {
  const source = location === undefined ? undefined : await sourceOf(location, options);
  const store = await openStore(options.cacheFolder);
  await store?.clear(source?.location);
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

async function sourceOf(location: ModelLocation, options: OpenOptions): Promise<FileSource | UrlSource> {
  if (typeof location !== 'string') {
    return location instanceof URL ? sourceOfUrl(location) : fileListSource(location);
  }
  if (/^(?:https?|file|blob|[\w-]+-extension):/iu.test(location)) return sourceOfUrl(parseUrl(location));
  if (await isFolder(location)) return folderSource(location);
  if (/^\.{0,2}\//u.test(location)) {
    if (runsInNode()) throw badLocation(location, 'an existing folder');
    return urlSource(parseUrl(location, globalThis.location.href));
  }
  return urlSource(hubUrl(location, options));
}

async function sourceOfUrl(url: URL): Promise<FileSource | UrlSource> {
  if (url.protocol !== 'file:') return urlSource(url);
  const { fileURLToPath } = await import('node:url');
  return folderSource(fileURLToPath(url));
}

/** `https://huggingface.co/albert/albert-base-v2/resolve/main/`: the Hub's layout. */
function hubUrl(id: string, { hubUrl = 'https://huggingface.co', revision = 'main' }: OpenOptions): URL {
  if (!/^[\w][\w.-]*(?:\/[\w][\w.-]*)?$/u.test(id)) {
    throw badLocation(id, 'a URL, a folder, or a Hub id such as "albert/albert-base-v2"');
  }
  return parseUrl(`${String(hubUrl).replace(/\/$/u, '')}/${id}/resolve/${encodeURIComponent(revision)}/`);
}

function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch {
    throw badLocation(text, 'a URL');
  }
}

function badLocation(location: string, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `The model location is ${JSON.stringify(location)}`,
    expected: `Expected ${expected}`,
    remedy: 'Correct the location',
  });
}
