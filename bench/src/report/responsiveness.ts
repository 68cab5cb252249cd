/** Compares the figures that bench/scripts/responsiveness.mjs writes to bench/results with their goals. */
import type { OtherGoal } from './goals.ts';

/** One run, with the conditions that its figures depend on. */
export interface Responsiveness {
  readonly command: string;
  readonly date: string;
  readonly cores: number;
  /** Load average over the minute before. */
  readonly load: number;
  /** Figures by `<situation>: <figure>`. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

interface Limit {
  readonly what: string;
  /** Largest allowed value in milliseconds. */
  readonly most: number;
  /** The end of the names of the figures that it applies to. */
  readonly figures: string;
  /** Why the goal is not reached. */
  readonly why: string;
}

const limits: readonly Limit[] = [
  {
    what: 'demo, first verdict with empty caches',
    most: 600,
    figures: 'first visit: first verdict',
    why: 'the page itself must be loaded first; the rows above are the model alone',
  },
  {
    what: 'demo, first verdict with full caches',
    most: 350,
    figures: 'second visit: first verdict',
    why: 'as above',
  },
  {
    what: 'demo and bench page, longest task of the main thread',
    most: 100,
    figures: ': longest task',
    why: 'the bench page exceeds it while it measures; what takes so long there has not been traced',
  },
];

/** @throws Error if the run has no figure for a goal. */
export function responsivenessGoals({ command, date, cores, load, milliseconds }: Responsiveness): OtherGoal[] {
  const run = `[recorded](responsiveness.json) on ${date.slice(0, 10)}, load average ${load} on ${cores} cores, GPU emulated`;
  return limits.map(({ what, most, figures, why }) => {
    const found = Object.entries(milliseconds).filter(([name]) => name.endsWith(figures));
    if (found.length === 0) throw new Error(`The recorded run has no "${figures}": run ${command} again`);
    const shown = found.map(([name, value]) => (found.length > 1 ? `${name.split(': ')[0]}: ` : '') + `${value} ms`);
    return {
      what,
      goal: `at most ${most} ms`,
      reached: `${shown.join('; ')} (${run})`,
      why: found.every(([, value]) => value <= most) ? 'reached' : why,
      command,
    };
  });
}
