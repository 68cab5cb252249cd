import { defaultRetries, inquire, transfer, type Target, type Transferred } from './transfer.ts';
import type { FileSource, ReadOptions } from './types.ts';

/** A source that knows what the server calls each version of a file. */
export interface UrlSource extends FileSource {
  urlOf(path: string): URL;
  fetch(path: string, options: ReadOptions): Promise<Transferred>;
  /** The version the server has now; undefined where it names none. */
  version(path: string, signal: AbortSignal | undefined): Promise<string | undefined>;
}

/** A model under a base URL, with or without a trailing slash. */
export function urlSource(base: URL, retries = defaultRetries): UrlSource {
  const root = new URL(base);
  if (!root.pathname.endsWith('/')) root.pathname += '/';
  return addressedSource(root.href, (path) => new URL(path, root), retries);
}

/** Files that each have an address. @param urlOf may throw MissingFileError. */
export function addressedSource(location: string, urlOf: (path: string) => URL, retries = defaultRetries): UrlSource {
  const target = (path: string): Target => ({ url: urlOf(path), path, location });
  const fetch = async (path: string, options: ReadOptions): Promise<Transferred> =>
    transfer(target(path), options, retries);
  return {
    location,
    urlOf,
    fetch,
    read: async (path, options) => (await fetch(path, options)).bytes,
    size: async (path, signal) => (await inquire(target(path), signal)).length,
    version: async (path, signal) => (await inquire(target(path), signal)).version,
  };
}
