/**
 * ALBERT in a web page: `load` a model into a worker and call its methods.
 *
 * ```ts
 * import { load } from 'albert-web';
 * const model = await load('/models/default/');
 * const { paraphrase, probability } = await model.paraphrase('Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.');
 * ```
 *
 * @module albert-web
 */
import type { ModelLocation } from '@albert-web/checkpoints';
import { defineElementsWith } from './element.ts';
import { cacheFunctions, type HubOptions } from './cache-functions.ts';
import { loadInHost, type BrowserLoadOptions } from './load.ts';
import type { Model } from './model.ts';
import { script } from './script/files.ts';

export * from './errors.ts';
export { WorkerError } from '@albert-web/boundary';
export { ScriptError } from './script/errors.ts';
export * from './functions.ts';
export type { HubOptions } from './cache-functions.ts';
export type { ParaphraseElementAttributes } from './element.ts';
export type { BrowserLoadOptions } from './load.ts';
export type { Abortable, Model, RemoteTokenizer } from './model.ts';
export type { Rejection, UnavailableReason } from '@albert-web/backends';
export type { Note, NoteReason } from '@albert-web/core';
export type * from '@albert-web/tasks/albert';
export type {
  Device,
  Dtype,
  MinedParaphrases,
  MiningProgress,
  ParaphraseMiningOptions,
  ParaphrasePair,
  UnknownPieces,
  Verdict,
} from '@albert-web/tasks';
export type { LoadProgress, ModelLocation } from '@albert-web/checkpoints';

const scriptCache = cacheFunctions(script);

/**
 * Loads a model.
 *
 * @param location a base URL (relative to the page if not absolute), a Hub id such as `albert/albert-base-v2`, or dropped files.
 * Default: the model of `@albert-web/model-default` if the page imports it; otherwise, with the drop-in script and
 * `albert-web/files`, `weights/default/` beside the script.
 * @throws WorkerError, and the named errors of loading (NoModelError, NoBackendError, MissingFileError, IntegrityError, ...). All
 * are `instanceof AlbertError` and distinguished by `name`. If aborted, the signal's reason.
 */
export function load(location?: ModelLocation, options?: BrowserLoadOptions): Promise<Model> {
  return loadInHost(script, location, options);
}

/**
 * Whether a model is cached completely, so that it loads without a network.
 *
 * @param location a base URL (relative to the page if not absolute) or a Hub id; default as for `load`.
 * @throws InvalidArgumentError for an invalid location.
 */
export function isCached(location?: string | URL, options?: HubOptions): Promise<boolean> {
  return scriptCache.isCached(location, options);
}

/**
 * Removes a model from the cache, or all models if no location is given. Loaded models keep working.
 *
 * @throws InvalidArgumentError for an invalid location, CacheError when the cache cannot be opened or cleared.
 */
export function clearCache(location?: string | URL, options?: HubOptions): Promise<void> {
  return scriptCache.clearCache(location, options);
}

declare global {
  interface HTMLElementTagNameMap {
    'albert-paraphrase': HTMLElement;
  }
}

/** Registers `<albert-paraphrase>`. Later calls do nothing. */
export function defineElements(): void {
  defineElementsWith(load);
}
