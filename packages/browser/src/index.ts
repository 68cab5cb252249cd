/**
 * ALBERT in a web page: `load` a model into a worker, ask it things.
 *
 * ```ts
 * import { load } from './albert.mjs';
 * const model = await load();
 * const { paraphrase, probability } = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
 * ```
 *
 * @packageDocumentation
 */
import type { ModelLocation } from '@albert-web/weights';
import { defineElementsWith } from './element.ts';
import { loadInHost, workerFrom, type BrowserLoadOptions, type Script } from './load.ts';
import type { Model } from './model.ts';

export { AlbertError, DisposedError, InvalidArgumentError } from '@albert-web/errors';
export { WorkerError } from './errors.ts';
export type { BrowserLoadOptions } from './load.ts';
export type { Model, RemoteTokenizer } from './model.ts';
export type { Rejection } from '@albert-web/backends';
export type {
  Answer,
  AnswerOptions,
  CallOptions,
  Choice,
  ClassifyOptions,
  EarlyExit,
  EmbeddedToken,
  EmbedOptions,
  ExplainedWord,
  Explanation,
  LabelScore,
  ManyOptions,
  FillMaskOptions,
  MaskFill,
  ModelInfo,
  ParaphraseMethod,
  ParaphraseOptions,
  ParaphraseResult,
  SentenceOrder,
  SentencePair,
  TaggedToken,
  TagOptions,
  WordLink,
  ZeroShotOptions,
} from '@albert-web/tasks';
export type { CacheWarning, LoadProgress, ModelLocation } from '@albert-web/weights';

const script: Script = {
  url: import.meta.url,
  // The whole expression stands here because bundlers look for exactly this form.
  startWorker: () =>
    workerFrom(
      new URL(/* @vite-ignore */ './albert-worker.mjs', import.meta.url),
      () =>
        new Worker(new URL(/* @vite-ignore */ './albert-worker.mjs', import.meta.url), {
          type: 'module',
          name: 'albert',
        }),
    ),
  startInPage: async () => (await import('./in-page.ts')).startHost(),
};

/**
 * Loads a model.
 *
 * @param location a base URL (relative ones to the page), a Hub id such as `albert/albert-base-v2`, or dropped files;
 * default `weights/default/` beside this script.
 * @throws WorkerError, and the named errors of loading (NoBackendError, MissingFileError, IntegrityError, ...), all
 * `instanceof AlbertError` and told apart by `name`; or the signal's reason.
 */
export function load(location?: ModelLocation, options?: BrowserLoadOptions): Promise<Model> {
  return loadInHost(script, location, options);
}

/** Registers `<albert-paraphrase>`. Does nothing the second time. */
export function defineElements(): void {
  defineElementsWith(load);
}
