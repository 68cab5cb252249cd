/**
 * ALBERT inside a module service worker, which may start no worker and import nothing later: one file with everything in it,
 * for WebAssembly on one thread, and plain JavaScript.
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
import { keptBeside, type HubOptions } from './kept.ts';
import { loadInHost, type BrowserLoadOptions, type Script } from './load.ts';
import type { Model } from './model.ts';

export { AlbertError, DisposedError, InvalidArgumentError } from '@albert-web/errors';

const script: Script = {
  url: import.meta.url,
  inServiceWorker: true,
  startInPage: () => Promise.resolve(startHost()),
  loadCache: () => Promise.resolve(cache),
};

const kept = keptBeside(script);

/** How a service worker loads a model: there is one way to run it. */
export type ServiceWorkerLoadOptions = Omit<BrowserLoadOptions, 'worker' | 'threads' | 'powerPreference'>;

/**
 * Loads a model into this service worker. What it is loaded from is kept for the next start: a service worker is ended when
 * it has nothing to do.
 *
 * @param location as for `load` of the script; relative URLs are relative to the service worker.
 * @throws the named errors of loading, all `instanceof AlbertError`; or the signal's reason.
 */
export function load(location?: ModelLocation, options?: ServiceWorkerLoadOptions): Promise<Model> {
  return loadInHost(script, location, { ...options, worker: false, threads: 1 });
}

/** Whether a model is kept whole for the next start. @throws InvalidArgumentError when the location is none. */
export function isCached(location?: string | URL, options?: HubOptions): Promise<boolean> {
  return kept.isCached(location, options);
}

/** Removes a model from what is kept; every model without a location. @throws InvalidArgumentError when the location is none. */
export function clearCache(location?: string | URL, options?: HubOptions): Promise<void> {
  return kept.clearCache(location, options);
}
