/** The functions that the headless runner calls in the page: the same measurements that the form starts. */
import type { ForwardPlan } from '../measure/forward.ts';
import type { LoadPlan } from '../measure/load.ts';
import type { Measurement } from '../measure/measure.ts';
import type { PairsPlan } from '../measure/pairs.ts';
import type { BenchEvent } from '../report/collect.ts';
import type { Facts } from './facts.ts';
import { factsOfWorkers } from './facts.ts';
import { measureInWorker } from './measuring.ts';

/** `globalThis.albertBench` of the page. */
export interface BenchRemote {
  facts(): Promise<Facts>;
  forward(plan: ForwardPlan): Promise<void>;
  pairs(plan: PairsPlan): Promise<void>;
  load(plan: LoadPlan): Promise<void>;
}

declare global {
  var albertBench: BenchRemote | undefined;
  /** Set by the runner; receives every event. */
  var albertBenchEvent: ((event: BenchEvent) => void) | undefined;
}

export function installRemote(): void {
  const run = (measurement: Measurement): Promise<void> =>
    measureInWorker(measurement, (event) => globalThis.albertBenchEvent?.(event));
  globalThis.albertBench = {
    facts: factsOfWorkers,
    forward: (plan) => run({ kind: 'forward', plan }),
    pairs: (plan) => run({ kind: 'pairs', plan }),
    load: (plan) => run({ kind: 'load', plan }),
  };
}
