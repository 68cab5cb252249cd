/** Holds the page's single model, its state, and the listeners to that state. */
import { load, type LoadProgress, type Model, type ModelInfo } from 'albert-web';
import { throttle } from '../shared/dom.ts';
import { knownTasks } from './catalog.ts';
import { located } from './kept-models.ts';
import type { ModelChoice } from './model-choice.ts';

/** A model that can be used. */
export interface ReadyModel {
  readonly kind: 'ready';
  readonly choice: ModelChoice;
  readonly model: Model;
  readonly info: ModelInfo;
  /** Milliseconds from the choice to readiness. */
  readonly loadTime: number;
}

/** The state of the page's model. */
export type ModelState =
  | { readonly kind: 'loading'; readonly choice: ModelChoice }
  | ReadyModel
  | {
      readonly kind: 'failed';
      readonly choice: ModelChoice;
      readonly error: unknown;
      /** Whether it was loaded and stopped later. */
      readonly wasReady: boolean;
    };

type Listener = (state: ModelState) => void;

/** Milliseconds between reports of progress. Nobody reads faster, and painting takes time from loading. */
const progressPause = 100;

/** Loads one model at a time. If a new one does not load, the previous one is used again. */
export class ModelStore {
  readonly #listeners: Listener[] = [];
  readonly #progressListeners: ((progress: LoadProgress) => void)[] = [];
  readonly #loadErrorListeners: ((error: unknown, kept: ReadyModel) => void)[] = [];
  #loading = new AbortController();
  #state: ModelState | undefined;
  #ready: ReadyModel | undefined;

  get state(): ModelState | undefined {
    return this.#state;
  }

  /** Whether this is still the page's model. Results of other models are ignored. */
  has(model: Model): boolean {
    return this.#state?.kind === 'ready' && this.#state.model === model;
  }

  /** Calls the listener now, if a model has been chosen, and on every change. */
  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    if (this.#state) listener(this.#state);
  }

  /** Calls the listener with the progress of loading, while the state is `loading`. */
  onProgress(listener: (progress: LoadProgress) => void): void {
    this.#progressListeners.push(listener);
  }

  /** Calls the listener when a model did not load, and the page keeps the previous one. */
  onLoadError(listener: (error: unknown, kept: ReadyModel) => void): void {
    this.#loadErrorListeners.push(listener);
  }

  /** Loads a model. Never rejects: a failure becomes a state, or is passed to `onLoadError` if there is a previous model. */
  async choose(choice: ModelChoice): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    this.#set({ kind: 'loading', choice });
    try {
      const loaded = await this.#load(choice, signal);
      if (signal.aborted) return await loaded.model.dispose();
      const previous = this.#ready;
      this.#ready = loaded;
      this.#set(loaded);
      await previous?.model.dispose();
    } catch (error) {
      if (!signal.aborted) this.#failToLoad(choice, error);
    }
  }

  async #load(choice: ModelChoice, signal: AbortSignal): Promise<ReadyModel> {
    const { location, backend, precision } = choice;
    const started = performance.now();
    const onProgress = throttle((progress: LoadProgress): void => {
      if (signal.aborted || this.#state?.kind !== 'loading') return;
      for (const listener of this.#progressListeners) listener(progress);
    }, progressPause);
    const onBackendChange = (info: ModelInfo): void => {
      if (this.#ready?.choice !== choice) return;
      this.#ready = { ...this.#ready, info: withKnownTasks(info, location) };
      if (this.#state?.kind === 'ready') this.#set(this.#ready);
    };
    const onLost = (error: unknown): void => this.#lose(choice, error);
    const options = { backend, precision, signal, onProgress, onBackendChange, onLost };
    // Without waiting, so that the worker starts before the page does anything else.
    const found = located(location);
    const model = await load(found instanceof Promise ? await found : found, options);
    const info = withKnownTasks(await model.info(), location);
    return { kind: 'ready', choice, model, info, loadTime: performance.now() - started };
  }

  /** Called when the model has stopped. The page cannot use it until it is loaded again. */
  #lose(choice: ModelChoice, error: unknown): void {
    const lost = this.#ready;
    if (lost?.choice !== choice) return;
    this.#ready = undefined;
    void lost.model.dispose();
    // If another model is loading, keep that state.
    if (this.#state === lost) this.#set({ kind: 'failed', choice, error, wasReady: true });
  }

  #failToLoad(choice: ModelChoice, error: unknown): void {
    const kept = this.#ready;
    this.#set(kept ?? { kind: 'failed', choice, error, wasReady: false });
    if (kept) for (const listener of this.#loadErrorListeners) listener(error, kept);
  }

  #set(state: ModelState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function withKnownTasks(info: ModelInfo, location: ModelChoice['location']): ModelInfo {
  return { ...info, tasks: knownTasks(location, info.tasks) };
}
