/** The report of a soak test. */
import { median } from '../../../../bench/src/measure/statistics.ts';
import type { RoundReport } from './page/round.ts';
import type { Circumstance } from './tab.ts';

/** The resources that the browser still holds after a round, when all models are disposed. */
export interface Rest {
  /** Largest JavaScript heap of a tab, in bytes. */
  readonly heap: number;
  /** Resident memory of all processes, in bytes. */
  readonly resident: number | undefined;
  readonly workers: number;
}

/** Sums over all rounds. */
export interface SoakReport {
  /** Duration. */
  readonly minutes: number;
  readonly seed: number;
  readonly browser: string;
  readonly rounds: number;
  readonly loads: number;
  readonly trainings: number;
  readonly calls: number;
  /** Number of calls by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Number of rounds of tabs by what happened to them. */
  readonly circumstances: Readonly<Record<string, number>>;
  /** Number of rounds in which each model ran on each backend. */
  readonly pairs: Readonly<Record<string, number>>;
  /** Wrong answers, unexpected errors, leftover workers. */
  readonly faults: readonly string[];
  readonly memory: readonly Rest[];
}

/** Sums up the rounds. */
export class Tally {
  readonly #sums = {
    outcomes: new Map<string, number>(),
    circumstances: new Map<string, number>(),
    pairs: new Map<string, number>(),
  };
  readonly #faults: string[] = [];
  readonly #memory: Rest[] = [];
  #loads = 0;
  #trainings = 0;

  /** Adds a tab's round. */
  add(circumstance: Circumstance, pairs: readonly string[], report: RoundReport | undefined): void {
    const { outcomes, circumstances, pairs: ran } = this.#sums;
    count(circumstances, circumstance, 1);
    for (const pair of pairs) count(ran, pair, 1);
    if (!report) return;
    for (const [outcome, times] of Object.entries(report.outcomes)) count(outcomes, outcome, times);
    this.#loads += report.loads;
    this.#trainings += report.trainings;
    this.#faults.push(...report.faults);
  }

  /** Adds the resources held after a round. */
  rest(rest: Rest): void {
    this.#memory.push(rest);
    if (rest.workers > 0) this.#faults.push(`round ${this.#memory.length}: ${rest.workers} workers are left`);
  }

  fault(fault: string): void {
    this.#faults.push(fault);
  }

  report(run: Pick<SoakReport, 'minutes' | 'seed' | 'browser'>): SoakReport {
    const outcomes = sorted(this.#sums.outcomes);
    return {
      ...run,
      rounds: this.#memory.length,
      loads: this.#loads,
      trainings: this.#trainings,
      calls: Object.values(outcomes).reduce((sum, times) => sum + times, 0),
      outcomes,
      circumstances: sorted(this.#sums.circumstances),
      pairs: sorted(this.#sums.pairs),
      faults: this.#faults,
      memory: this.#memory,
    };
  }
}

/** Rounds before memory is compared, in which code is compiled and caches fill. */
const warmUp = 2;

/** Maximum growth in bytes from the first third of the rounds to the last. */
const maxGrowth = { heap: 4 << 20, resident: 128 << 20 };

/** Returns the growth in bytes from the first third of the rounds to the last; undefined if there are too few rounds. */
export function growthOf(memory: readonly Rest[], what: keyof typeof maxGrowth): number | undefined {
  const sizes = memory.slice(warmUp).flatMap((rest) => rest[what] ?? []);
  const third = Math.floor(sizes.length / 3);
  return third < 3 ? undefined : median(sizes.slice(-third)) - median(sizes.slice(0, third));
}

/** Returns the kinds of memory that grow too much. */
export function growing(memory: readonly Rest[]): string[] {
  return (['heap', 'resident'] as const).flatMap((what) => {
    const growth = growthOf(memory, what) ?? 0;
    return growth > maxGrowth[what] ? [`${what} memory grew by ${Math.round(growth / 2 ** 20)} MiB`] : [];
  });
}

function count(counts: Map<string, number>, name: string, times: number): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
