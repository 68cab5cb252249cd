/** Batches calls that are made in the same task. */
import type { ParaphraseOptions, ParaphraseResult, SentencePair } from '@albert-web/tasks';
import { PendingCalls } from '@albert-web/errors';

type JudgePairs = (pairs: readonly SentencePair[], options: ParaphraseOptions) => Promise<ParaphraseResult[]>;

interface Waiting {
  readonly pair: SentencePair;
  readonly options: ParaphraseOptions;
  readonly resolve: (result: ParaphraseResult) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Turns a function for many pairs into one for a single pair. Pairs that are passed before the current task ends form a batch.
 * An aborted call rejects at once; its batch is aborted only when all its calls are. A call with a progress callback is not
 * batched. If one pair makes a batch fail, the pairs are run again one by one, so that the others still succeed.
 */
export function coalescePairs(
  judge: JudgePairs,
): (pair: SentencePair, options?: ParaphraseOptions) => Promise<ParaphraseResult> {
  const batches = new Map<string, Waiting[]>();

  const alone = async ({ pair, options, resolve, reject }: Waiting): Promise<void> => {
    try {
      const [result] = await judge([pair], options);
      resolve(result as ParaphraseResult);
    } catch (error) {
      reject(error);
    }
  };

  const together = async (waiting: readonly Waiting[]): Promise<void> => {
    const abandoned = whenAllAborted(waiting.map(({ options }) => options.signal));
    try {
      const results = await judge(
        waiting.map(({ pair }) => pair),
        { ...waiting[0]?.options, signal: abandoned.signal },
      );
      waiting.forEach(({ resolve }, index) => resolve(results[index] as ParaphraseResult));
    } catch {
      await Promise.all(waiting.map(alone));
    } finally {
      abandoned.release();
    }
  };

  const judgeBatch = (key: string): void => {
    const waiting = (batches.get(key) ?? []).filter(({ options }) => !options.signal?.aborted);
    batches.delete(key);
    if (waiting.length > 1) void together(waiting);
    else waiting.forEach((call) => void alone(call));
  };

  const wait = (call: Waiting): void => {
    const { signal: _signal, onProgress, ...shared } = call.options;
    if (onProgress) {
      void alone(call);
      return;
    }
    const key = JSON.stringify(shared);
    const batch = batches.get(key);
    if (batch) {
      batch.push(call);
      return;
    }
    batches.set(key, [call]);
    queueMicrotask(() => judgeBatch(key));
  };

  const open = new PendingCalls();
  return (pair, options = {}) => {
    const answer = new Promise<ParaphraseResult>((resolve, reject) => wait({ pair, options, resolve, reject }));
    return open.guard(answer, options.signal);
  };
}

/** Returns a signal that is aborted when all of these are; undefined if one of the calls cannot be aborted. */
function whenAllAborted(signals: readonly (AbortSignal | undefined)[]): {
  readonly signal: AbortSignal | undefined;
  readonly release: () => void;
} {
  const [all, released] = [new AbortController(), new AbortController()];
  const given = signals.filter((signal) => signal !== undefined);
  if (given.length < signals.length) return { signal: undefined, release: () => undefined };
  const check = (): void => {
    if (given.every(({ aborted }) => aborted)) all.abort();
  };
  for (const signal of given) signal.addEventListener('abort', check, { once: true, signal: released.signal });
  return { signal: all.signal, release: () => released.abort() };
}
