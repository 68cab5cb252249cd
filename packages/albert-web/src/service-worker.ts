/**
 * ALBERT in a module service worker. Service workers cannot start workers or import dynamically, so this is a single file with
 * the single-threaded WebAssembly backend and the JavaScript fallback.
 *
 * ```ts
 * import { load } from './albert/service-worker.mjs';
 * const model = await load();
 * ```
 *
 * @module albert-web/service-worker
 */
import type { ModelLocation } from '@albert-web/checkpoints';
import * as cache from './cache.ts';
import { startHost } from './in-page.ts';
import { cacheFunctions, type HubOptions } from './cache-functions.ts';
import { loadInHost, type BrowserLoadOptions, type Script } from './load.ts';
import type { Model } from './model.ts';

export * from './errors.ts';
export { WorkerError } from '@albert-web/boundary';

const script: Script = {
  url: import.meta.url,
  inServiceWorker: true,
  startInPage: () => Promise.resolve(startHost()),
  loadCache: () => Promise.resolve(cache),
};

const scriptCache = cacheFunctions(script);

/** Options of `load` in a service worker. */
export type ServiceWorkerLoadOptions = Omit<BrowserLoadOptions, 'worker' | 'threads' | 'powerPreference'>;

/**
 * Loads a model into this service worker. Its files are cached, because browsers stop idle service workers and start them
 * again later.
 *
 * @param location as for `load` of the script; relative URLs are relative to the service worker.
 * @throws the named errors of loading, all `instanceof AlbertError`; if aborted, the signal's reason.
 */
export function load(location?: ModelLocation, options?: ServiceWorkerLoadOptions): Promise<Model> {
  return loadInHost(script, location, { ...options, worker: false, threads: 1 });
}

/** Whether a model is cached completely. @throws InvalidArgumentError for an invalid location. */
export function isCached(location?: string | URL, options?: HubOptions): Promise<boolean> {
  return scriptCache.isCached(location, options);
}

/**
 * Removes a model from the cache, or all models if no location is given.
 *
 * @throws InvalidArgumentError for an invalid location, CacheError when the cache cannot be opened or cleared.
 */
export function clearCache(location?: string | URL, options?: HubOptions): Promise<void> {
  return scriptCache.clearCache(location, options);
}
