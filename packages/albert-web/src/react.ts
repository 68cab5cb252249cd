/**
 * Hooks for React: `useModel` loads a model while a component is mounted, and `useAnswer` keeps a result up to date.
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
  type DetailedHTMLProps,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
} from 'react';
// Imported by file, because `albert-web` resolves to an entry without these types in Node.
import type { BrowserLoadOptions, Model, ModelInfo, ParaphraseElementAttributes } from './index.ts';

/** The events of `<albert-paraphrase>`, as React 19 names those of custom elements. */
export interface ParaphraseElementEvents {
  /** A new verdict. */
  readonly onverdict?: (event: CustomEvent<ParaphraseResult>) => void;
  /** The model could not be loaded, or a call failed. */
  readonly onerror?: (event: CustomEvent<unknown>) => void;
  /** The model continues on another backend. */
  readonly onbackendchange?: (event: CustomEvent<ModelInfo>) => void;
}

/** What `<albert-paraphrase>` accepts in JSX. */
export type ParaphraseElementProps = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> &
  ParaphraseElementAttributes &
  ParaphraseElementEvents;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'albert-paraphrase': ParaphraseElementProps;
    }
  }
}

/** The state of a model: loading, ready or failed. */
export type ModelState =
  | {
      readonly status: 'loading';
      /** Undefined until the first bytes arrive. */
      readonly progress: LoadProgress | undefined;
      readonly model?: undefined;
      readonly error?: undefined;
    }
  | { readonly status: 'ready'; readonly model: Model; readonly progress?: undefined; readonly error?: undefined }
  | { readonly status: 'failed'; readonly error: Error; readonly progress?: undefined; readonly model?: undefined };

/** Options of `load`, without a signal: unmounting the component aborts. */
export type UseModelOptions = Omit<BrowserLoadOptions, 'signal'>;

const loading: ModelState = { status: 'loading', progress: undefined };

/**
 * Loads a model while the component is mounted. Unmounting, or a new location, aborts the loading and disposes of the model.
 *
 * @param location as for `load`. A list of files should be the same object in every render.
 * @param options read when loading begins. To reload with other options, change the component's `key`.
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
    // Deferred by a microtask: StrictMode mounts twice, and the first mount must not load anything.
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

/** The state of an answer. */
export interface AnswerState<T> {
  /** `idle` without a model. */
  readonly status: 'idle' | 'pending' | 'ready' | 'failed';
  /** The latest answer; while `pending`, that of the previous call. */
  readonly answer: T | undefined;
  readonly error: Error | undefined;
}

const idle: AnswerState<never> = { status: 'idle', answer: undefined, error: undefined };

/**
 * Calls a model whenever `dependencies` change. A new call or unmounting aborts the previous call.
 *
 * @param ask calls the model, and must pass the signal on.
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

/** Props of {@link ParaphraseVerdict}. */
export interface ParaphraseVerdictProps {
  /** The model from {@link useModel}. */
  readonly model: Model | undefined;
  readonly first: string;
  readonly second: string;
  /** Renders the verdict. Default: one line of text. */
  readonly children?: (state: AnswerState<ParaphraseResult>) => ReactNode;
}

/** Shows whether two sentences mean the same, in an `<output>` that screen readers announce. Empty while a sentence is empty. */
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
