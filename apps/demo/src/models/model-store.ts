/** The one model of the page: which it is, how far it is, who wants to know. */
import { load, type LoadProgress, type Model, type ModelInfo } from 'albert-web';
import { located } from './kept-models.ts';
import type { ModelChoice } from './model-choice.ts';

/** A model that can be asked. */
export interface ReadyModel {
  readonly kind: 'ready';
  readonly choice: ModelChoice;
  readonly model: Model;
  readonly info: ModelInfo;
  /** Milliseconds from the choice to readiness. */
  readonly loadTime: number;
}

/** What the page knows of its model. */
export type ModelState =
  | { readonly kind: 'loading'; readonly choice: ModelChoice; readonly progress: LoadProgress | undefined }
  | ReadyModel
  | { readonly kind: 'failed'; readonly choice: ModelChoice; readonly error: unknown };

type Listener = (state: ModelState) => void;

/** Loads one model at a time: a new choice ends the one before, wherever it is. */
export class ModelStore {
  readonly #listeners: Listener[] = [];
  #loading = new AbortController();
  #state: ModelState | undefined;

  get state(): ModelState | undefined {
    return this.#state;
  }

  /** Whether this is still the model of the page: nobody waits for what another one says. */
  has(model: Model): boolean {
    return this.#state?.kind === 'ready' && this.#state.model === model;
  }

  /** Called now, if something has been chosen, and at every change. */
  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    if (this.#state) listener(this.#state);
  }

  /** Never rejects: a failure is a state. */
  async choose(choice: ModelChoice): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const previous = this.#state;
    // Told first: whoever asks the old model takes its question back, instead of reading that the model is gone.
    this.#set({ kind: 'loading', choice, progress: undefined });
    if (previous?.kind === 'ready') void previous.model.dispose();
    const started = performance.now();
    try {
      const { location, backend, precision } = choice;
      const onProgress = (progress: LoadProgress): void => {
        if (!signal.aborted) this.#set({ kind: 'loading', choice, progress });
      };
      const onBackendChange = (info: ModelInfo): void => {
        if (!signal.aborted && this.#state?.kind === 'ready') this.#set({ ...this.#state, info });
      };
      const options = { backend, precision, signal, onProgress, onBackendChange };
      const model = await load(await located(location), options);
      const info = await model.info();
      if (signal.aborted) await model.dispose();
      else this.#set({ kind: 'ready', choice, model, info, loadTime: performance.now() - started });
    } catch (error) {
      if (!signal.aborted) this.#set({ kind: 'failed', choice, error });
    }
  }

  #set(state: ModelState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
