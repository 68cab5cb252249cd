import { messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import { sha256 } from './sha256.ts';
import type { FileStore, StoredFile } from './store.ts';
import type { FileIdentity, FileSource, ReadOptions } from './types.ts';
import type { UrlSource } from './url.ts';
import { CacheWarning, MissingFileError, ReadError } from '../errors.ts';

/** The version that marks a file that the server does not have. No ETag looks like this. */
const absent = 'absent';

/** How the cache is used. */
export interface CachePolicy {
  /** Never use the network. */
  readonly localOnly: boolean;
  /** Called when the cache cannot be used and loading continues without it. */
  readonly onWarning: (warning: CacheWarning) => void;
}

/** Returns the key of a file: its URL, and the hash if the index states it, so that a new version has a new key. */
export function cacheKey(source: UrlSource, path: string, expected: FileIdentity | undefined): string {
  return `${source.urlOf(path).href}#${expected?.sha256 ?? ''}`;
}

/**
 * Wraps a URL source in a cache.
 *
 * A file with a known hash is read from the cache if it is there. For other files, a request to the server checks that the
 * cached version is still current. If the server cannot be reached, or sends no version and fails, the cached file is used.
 * Cached bytes are verified on every read and evicted if they have changed.
 */
export function cachedSource(source: UrlSource, store: FileStore, { localOnly, onWarning }: CachePolicy): FileSource {
  let usable = true;
  const warn = (problem: string, cause: unknown, remedy: string): void => {
    // Several shards are in flight when the first one does not fit.
    if (!usable) return;
    usable = false;
    onWarning(new CacheWarning({ problem: `${problem}: ${messageOf(cause)}`, remedy }, { cause }));
  };

  /** Returns the cached file, if it is intact and matches what its reader expects. */
  const recall = async (key: string, { expected, check }: ReadOptions): Promise<StoredFile | undefined> => {
    if (!usable) return undefined;
    try {
      const file = await store.get(key);
      if (!file) return undefined;
      const intact = (await sha256(file.bytes)) === (expected?.sha256 ?? file.sha256);
      if (intact && (file.version === absent || passes(file.bytes, check))) return file;
      await store.delete(key);
    } catch (error) {
      warn('The cache cannot be read', error, 'Check it: without it, everything is downloaded each time');
    }
    return undefined;
  };

  const keep = async (key: string, bytes: Uint8Array<ArrayBuffer>, version: string | undefined, hash?: string) => {
    if (!usable) return;
    try {
      await store.put(key, { bytes, version, sha256: hash ?? (await sha256(bytes)) });
    } catch (error) {
      const again = 'The model works but will be downloaded again next time. Free some space';
      warn('The cache cannot keep the model', error, again);
    }
  };

  /** Records that the server does not have a file, so that a model without it also opens offline. */
  const keepAbsence = async (key: string, error: unknown): Promise<void> => {
    if (error instanceof MissingFileError) await keep(key, new Uint8Array(), absent);
  };

  /** Returns the cached file if the server cannot be reached. Rethrows any other error. */
  const withoutNetwork = async (error: unknown, key: string, options: ReadOptions): Promise<StoredFile> => {
    options.signal?.throwIfAborted();
    const kept = error instanceof ReadError ? await recall(key, options) : undefined;
    if (kept) return kept;
    throw error;
  };

  const deliver = (path: string, { bytes, version }: StoredFile, { onBytes }: ReadOptions): Uint8Array<ArrayBuffer> => {
    if (version === absent) throw missingFile(path, source.location);
    onBytes?.(bytes.length, bytes.length);
    return bytes;
  };

  const isCurrent = async (path: string, kept: StoredFile, options: ReadOptions): Promise<boolean> => {
    if (options.expected || localOnly) return true;
    try {
      const version = await source.version(path, options.signal);
      return version !== undefined && version === kept.version;
    } catch (error) {
      options.signal?.throwIfAborted();
      // Unreachable: use the cached file. Missing: if that is what was cached, this error says why; else `fetch` reports it.
      if (error instanceof MissingFileError && kept.version === absent) throw error;
      return error instanceof ReadError;
    }
  };

  const read = async (path: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> => {
    const key = cacheKey(source, path, options.expected);
    const kept = await recall(key, options);
    if (kept && (await isCurrent(path, kept, options))) return deliver(path, kept, options);
    if (localOnly) throw notCached(path, source.location);
    try {
      const { bytes, version } = await source.fetch(path, options);
      await keep(key, bytes, version, options.expected?.sha256);
      return bytes;
    } catch (error) {
      await keepAbsence(key, error);
      const fallback = await withoutNetwork(error, key, options);
      return deliver(path, fallback, options);
    }
  };

  const size = async (path: string, signal: AbortSignal | undefined): Promise<number | undefined> => {
    const key = cacheKey(source, path, undefined);
    const kept = localOnly ? await recall(key, {}) : undefined;
    if (kept) return deliver(path, kept, {}).length;
    if (localOnly) throw notCached(path, source.location);
    try {
      return await source.size(path, signal);
    } catch (error) {
      await keepAbsence(key, error);
      return deliver(path, await withoutNetwork(error, key, { signal }), {}).length;
    }
  };

  return { location: source.location, localOnly, read, size };
}

function passes(bytes: Uint8Array<ArrayBuffer>, check: ReadOptions['check']): boolean {
  try {
    check?.(bytes);
    return true;
  } catch {
    return false;
  }
}

function notCached(path: string, location: string): MissingFileError {
  return new MissingFileError({
    problem: `${path} of ${location} is not in the cache`,
    expected: 'Expected it there, since only local files may be used',
    remedy: 'Load the model once while online',
  });
}
