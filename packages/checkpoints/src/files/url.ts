import { defaultRetries, fetchFileInfo, transfer, type Target, type Transferred } from './transfer.ts';
import type { FileSource, ReadOptions } from './types.ts';

/** A source that knows the server's version of each file. */
export interface UrlSource extends FileSource {
  urlOf(path: string): URL;
  fetch(path: string, options: ReadOptions): Promise<Transferred>;
  /** The server's current version, or undefined if it sends none. */
  version(path: string, signal: AbortSignal | undefined): Promise<string | undefined>;
}

/** Creates a source for a model under a base URL, with or without a trailing slash. */
export function urlSource(base: URL, retries = defaultRetries): UrlSource {
  const root = new URL(base);
  if (!root.pathname.endsWith('/')) root.pathname += '/';
  return addressedSource(root.href, (path) => new URL(path, root), retries);
}

/** Creates a source for files that each have a URL. @param urlOf may throw MissingFileError */
export function addressedSource(location: string, urlOf: (path: string) => URL, retries = defaultRetries): UrlSource {
  const target = (path: string): Target => ({ url: urlOf(path), path, location });
  const fetch = async (path: string, options: ReadOptions): Promise<Transferred> =>
    transfer(target(path), options, retries);
  return {
    location,
    urlOf,
    fetch,
    read: async (path, options) => (await fetch(path, options)).bytes,
    size: async (path, signal) => (await fetchFileInfo(target(path), signal)).length,
    version: async (path, signal) => (await fetchFileInfo(target(path), signal)).version,
  };
}
