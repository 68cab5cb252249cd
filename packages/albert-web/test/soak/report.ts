/** What a soak came to. */
import { median } from '../../../../bench/src/measure/statistics.ts';
import type { RoundReport } from './page/round.ts';
import type { Circumstance } from './tab.ts';

/** What the browser holds after a round, with every model disposed of. */
export interface Rest {
  /** Of the tab that holds most, in bytes. */
  readonly heap: number;
  /** Of all processes, in bytes. */
  readonly resident: number | undefined;
  readonly workers: number;
}

/** Sums over all rounds. */
export interface SoakReport {
  /** That it took. */
  readonly minutes: number;
  readonly seed: number;
  readonly browser: string;
  readonly rounds: number;
  readonly loads: number;
  readonly trainings: number;
  readonly calls: number;
  /** Calls by what became of them. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Tabs by what happened to them in a round. */
  readonly circumstances: Readonly<Record<string, number>>;
  /** Rounds in which a model ran on a backend. */
  readonly pairs: Readonly<Record<string, number>>;
  /** Wrong answers, errors that should not have been, workers that were left. */
  readonly faults: readonly string[];
  readonly memory: readonly Rest[];
}

/** Adds the rounds up. */
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

  /** Counts a tab's round. */
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

  /** Counts what is left after a round. */
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

/** Rounds before memory is looked at: code is compiled, caches fill. */
const warmUp = 2;

/** How much more a soak may hold in its last third than in its first, beyond which it grows. */
const maxGrowth = { heap: 4 << 20, resident: 128 << 20 };

/** Growth in bytes from the first third of the rounds to the last; undefined for too few rounds to tell. */
export function growthOf(memory: readonly Rest[], what: keyof typeof maxGrowth): number | undefined {
  const sizes = memory.slice(warmUp).flatMap((rest) => rest[what] ?? []);
  const third = Math.floor(sizes.length / 3);
  return third < 3 ? undefined : median(sizes.slice(-third)) - median(sizes.slice(0, third));
}

/** Which memory grows. */
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
