/** Calls made in the same turn go through the model as one batch. */
import type { ParaphraseOptions, ParaphraseResult, SentencePair } from '@albert-web/tasks';

type JudgePairs = (pairs: readonly SentencePair[], options: ParaphraseOptions) => Promise<ParaphraseResult[]>;

interface Waiting {
  readonly pair: SentencePair;
  readonly options: ParaphraseOptions;
  readonly resolve: (result: ParaphraseResult) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Turns a function for many pairs into one for a single pair that gathers what is asked before the current task ends.
 * A call with a signal or a progress callback goes alone: stopping it must not stop the others. A pair that is refused
 * does not take the rest of its batch along: they are judged again one by one.
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
    const [first] = waiting;
    if (!first) return;
    try {
      const results = await judge(
        waiting.map(({ pair }) => pair),
        first.options,
      );
      waiting.forEach(({ resolve }, index) => resolve(results[index] as ParaphraseResult));
    } catch {
      await Promise.all(waiting.map(alone));
    }
  };

  return (pair, options = {}) =>
    new Promise((resolve, reject) => {
      const call: Waiting = { pair, options, resolve, reject };
      if (options.signal || options.onProgress) {
        void alone(call);
        return;
      }
      const key = JSON.stringify([options.depth, options.everyLayer, options.earlyExit, options.batchSize]);
      const batch = batches.get(key);
      if (batch) {
        batch.push(call);
        return;
      }
      batches.set(key, [call]);
      queueMicrotask(() => {
        const waiting = batches.get(key) ?? [];
        batches.delete(key);
        void (waiting.length === 1 ? alone(call) : together(waiting));
      });
    });
}
