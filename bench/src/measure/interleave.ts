/** Times several candidates fairly: in turn, so that other work on the machine slows all of them equally. */

export interface Rounds {
  /** The largest number of timed runs of each candidate. */
  readonly rounds: number;
  /** No further round starts after this time (ms), once three are done. */
  readonly budgetMs: number;
  /** Whether each candidate runs once untimed first. Default: true. */
  readonly warmUp?: boolean;
  /** Called after each round with the share that is done, 0 to 1. */
  readonly progress?: (share: number) => void;
}

/** One run of a candidate; it ends when the result is on the host. */
export type Run = () => Promise<unknown>;

/** Fewer rounds give no meaningful median. */
const minimumRounds = 3;

/**
 * Runs rounds in which each candidate is timed once; each round starts with a different one.
 *
 * @returns the times of each candidate in milliseconds, in the order of `runs`.
 */
export async function interleave(runs: readonly Run[], options: Rounds): Promise<number[][]> {
  const { rounds, budgetMs, warmUp = true, progress } = options;
  const times = runs.map((): number[] => []);
  const started = performance.now();
  for (const run of warmUp ? runs : []) {
    await yieldToEventLoop();
    await run();
  }
  for (let round = 0; round < rounds; round++) {
    if (round >= minimumRounds && performance.now() - started > budgetMs) break;
    for (let turn = 0; turn < runs.length; turn++) {
      await yieldToEventLoop();
      const index = (turn + round) % runs.length;
      const before = performance.now();
      await runs[index]?.();
      times[index]?.push(performance.now() - before);
    }
    progress?.(Math.min(1, Math.max((round + 1) / rounds, (performance.now() - started) / budgetMs)));
  }
  return times;
}

/** Lets the engines' own timers and messages run, which a synchronous WebAssembly candidate would otherwise block. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
