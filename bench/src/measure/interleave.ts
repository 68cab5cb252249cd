/** Timing several candidates fairly: in turn, so that whatever else the machine does slows all of them alike. */

export interface Rounds {
  /** At most this many timed runs of each. */
  readonly rounds: number;
  /** No further round begins after this time (ms), once three are done. */
  readonly budgetMs: number;
  /** Default true: one untimed run of each first. */
  readonly warmUp?: boolean;
  /** Told after each round how much is done, 0 to 1. */
  readonly progress?: (share: number) => void;
}

/** One run of a candidate; it ends when the result is on the host. */
export type Run = () => Promise<unknown>;

/** Fewer say nothing of a median. */
const minimumRounds = 3;

/**
 * Rounds of one timed run of each, beginning with another one each time.
 *
 * @returns the times of each in milliseconds, in the order of `runs`.
 */
export async function interleave(runs: readonly Run[], options: Rounds): Promise<number[][]> {
  const { rounds, budgetMs, warmUp = true, progress } = options;
  const times = runs.map((): number[] => []);
  const started = performance.now();
  for (const run of warmUp ? runs : []) {
    await breathe();
    await run();
  }
  for (let round = 0; round < rounds; round++) {
    if (round >= minimumRounds && performance.now() - started > budgetMs) break;
    for (let turn = 0; turn < runs.length; turn++) {
      await breathe();
      const index = (turn + round) % runs.length;
      const before = performance.now();
      await runs[index]?.();
      times[index]?.push(performance.now() - before);
    }
    progress?.(Math.min(1, Math.max((round + 1) / rounds, (performance.now() - started) / budgetMs)));
  }
  return times;
}

/** Lets the engines' own timers and messages run: on WebAssembly a candidate gives them no chance. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
