/** Timing several candidates fairly: in turn, so that whatever else the machine does slows all of them alike. */

export interface Rounds {
  /** At most this many timed runs of each. */
  readonly rounds: number;
  /** No further round begins after this time (ms), once three are done. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One run of a candidate; it ends when the result is on the host. */
export type Run = () => Promise<unknown>;

/** Fewer say nothing of a median. */
const leastRounds = 3;

/**
 * One untimed run of each, then rounds of one timed run of each, beginning with another one each time.
 *
 * @returns the times of each in milliseconds, in the order of `runs`.
 * @throws the signal's reason
 */
export async function interleave(runs: readonly Run[], { rounds, budgetMs, signal }: Rounds): Promise<number[][]> {
  const times = runs.map((): number[] => []);
  const started = performance.now();
  for (const run of runs) {
    signal?.throwIfAborted();
    await run();
  }
  for (let round = 0; round < rounds; round++) {
    if (round >= leastRounds && performance.now() - started > budgetMs) break;
    for (let turn = 0; turn < runs.length; turn++) {
      signal?.throwIfAborted();
      const index = (turn + round) % runs.length;
      const before = performance.now();
      await runs[index]?.();
      times[index]?.push(performance.now() - before);
    }
  }
  return times;
}
