/**
 * Hooks for React: a model that is loaded while a component is there, and answers that follow what they are asked about.
 *
 * ```tsx
 * const state = useModel('/models/default/');
 * const answer = useAnswer(state.model, (model, { signal }) => model.paraphrase(first, second, { signal }), [first, second]);
 * ```
 *
 * @module albert-web/react
 */
import type { LoadProgress, ModelLocation } from '@albert-web/checkpoints';
import { load, type ParaphraseResult } from 'albert-web';
import {
  createElement,
  useEffect,
  useRef,
  useState,
  type DependencyList,
  type ReactElement,
  type ReactNode,
} from 'react';
// By its file: what Node imports as `albert-web` has neither.
import type { BrowserLoadOptions, Model } from './index.ts';

/** A model on its way. */
export type ModelState =
  | {
      readonly status: 'loading';
      /** How far it is, once the first bytes are here. */
      readonly progress: LoadProgress | undefined;
      readonly model?: undefined;
      readonly error?: undefined;
    }
  | { readonly status: 'ready'; readonly model: Model; readonly progress?: undefined; readonly error?: undefined }
  | { readonly status: 'failed'; readonly error: Error; readonly progress?: undefined; readonly model?: undefined };

/** How a hook loads a model: as `load` does, without a signal, which is the component's life. */
export type UseModelOptions = Omit<BrowserLoadOptions, 'signal'>;

const loading: ModelState = { status: 'loading', progress: undefined };

/**
 * Loads a model while the component is mounted. Unmounting, and another location, abort the loading and dispose of the model.
 *
 * @param location what `load` takes; a list of files should stay the same one between renders.
 * @param options read when loading begins. To load again with others, give the component another `key`.
 */
export function useModel(location?: ModelLocation, options?: UseModelOptions): ModelState {
  const [state, setState] = useState<ModelState>(loading);
  const latest = useRef(options);
  latest.current = options;
  const address = location instanceof URL ? location.href : location;
  useEffect(() => {
    const unmounting = new AbortController();
    const { signal } = unmounting;
    const tell = (next: ModelState): void => {
      if (!signal.aborted) setState(next);
    };
    const onProgress = (progress: LoadProgress): void => {
      latest.current?.onProgress?.(progress);
      tell({ status: 'loading', progress });
    };
    setState(loading);
    // A turn later: StrictMode mounts twice, and the first of the two loads nothing.
    const opening = Promise.resolve().then(() => {
      signal.throwIfAborted();
      return load(address, { ...latest.current, signal, onProgress });
    });
    opening.then(
      (model) => tell({ status: 'ready', model }),
      (error: unknown) => tell({ status: 'failed', error: asError(error) }),
    );
    return () => {
      unmounting.abort();
      opening.then((model) => model.dispose()).catch(() => undefined);
    };
  }, [address]);
  return state;
}

/** An answer on its way. */
export interface AnswerState<T> {
  /** `idle` without a model. */
  readonly status: 'idle' | 'pending' | 'ready' | 'failed';
  /** The latest answer; while `pending` it is that to what was asked before. */
  readonly answer: T | undefined;
  readonly error: Error | undefined;
}

const idle: AnswerState<never> = { status: 'idle', answer: undefined, error: undefined };

/**
 * Asks a model whenever `dependencies` change. What was asked before is aborted, and unmounting aborts too.
 *
 * @param ask must pass the signal on.
 */
export function useAnswer<T>(
  model: Model | undefined,
  ask: (model: Model, options: { readonly signal: AbortSignal }) => Promise<T>,
  dependencies: DependencyList,
): AnswerState<T> {
  const [state, setState] = useState<AnswerState<T>>(idle);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!model) {
      setState(idle);
      return undefined;
    }
    const leaving = new AbortController();
    const { signal } = leaving;
    const tell = (next: AnswerState<T>): void => {
      if (!signal.aborted) setState(next);
    };
    setState(({ answer }) => ({ status: 'pending', answer, error: undefined }));
    latest.current(model, { signal }).then(
      (answer) => tell({ status: 'ready', answer, error: undefined }),
      (error: unknown) => tell({ status: 'failed', answer: undefined, error: asError(error) }),
    );
    return () => leaving.abort();
  }, [model, ...dependencies]);
  return state;
}

/** What {@link ParaphraseVerdict} shows. */
export interface ParaphraseVerdictProps {
  /** Of {@link useModel}. */
  readonly model: Model | undefined;
  readonly first: string;
  readonly second: string;
  /** Draws the verdict. Default: one line of text. */
  readonly children?: (state: AnswerState<ParaphraseResult>) => ReactNode;
}

/** Whether two sentences mean the same, in an `<output>` that screen readers follow; nothing while one of them is empty. */
export function ParaphraseVerdict({
  model,
  first,
  second,
  children = verdictLine,
}: ParaphraseVerdictProps): ReactElement {
  const isComplete = first.trim() !== '' && second.trim() !== '';
  const state = useAnswer(
    isComplete ? model : undefined,
    (ready, options) => ready.paraphrase(first, second, options),
    [first, second],
  );
  return createElement('output', { 'aria-busy': state.status === 'pending' }, isComplete ? children(state) : undefined);
}

function verdictLine({ status, answer, error }: AnswerState<ParaphraseResult>): string {
  if (error) return error.message;
  if (!answer) return '…';
  const verdict = `${answer.paraphrase ? 'The same' : 'Different'} (${(100 * answer.probability).toFixed(0)} %)`;
  return status === 'pending' ? `${verdict} …` : verdict;
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
