/** Timing several candidates fairly: in turn, so that whatever else the machine does slows all of them alike. */

export interface Rounds {
  /** At most this many timed runs of each. */
  readonly rounds: number;
  /** No further round begins after this time (ms), once three are done. */
  readonly budgetMs: number;
  /** Default true: one untimed run of each first. */
  readonly warmUp?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One run of a candidate; it ends when the result is on the host. */
export type Run = () => Promise<unknown>;

/** Fewer say nothing of a median. */
const minimumRounds = 3;

/**
 * Rounds of one timed run of each, beginning with another one each time.
 *
 * @returns the times of each in milliseconds, in the order of `runs`.
 * @throws the signal's reason
 */
export async function interleave(runs: readonly Run[], options: Rounds): Promise<number[][]> {
  const { rounds, budgetMs, warmUp = true, signal } = options;
  const times = runs.map((): number[] => []);
  const started = performance.now();
  for (const run of warmUp ? runs : []) {
    await breathe(signal);
    await run();
  }
  for (let round = 0; round < rounds; round++) {
    if (round >= minimumRounds && performance.now() - started > budgetMs) break;
    for (let turn = 0; turn < runs.length; turn++) {
      await breathe(signal);
      const index = (turn + round) % runs.length;
      const before = performance.now();
      await runs[index]?.();
      times[index]?.push(performance.now() - before);
    }
  }
  return times;
}

/** Lets the page draw and hear the Cancel button: engines on WebAssembly give it no chance of their own. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
