/** What the headless runner calls in the page: the same measurements as the form starts. */
import type { ForwardPlan } from '../measure/forward.ts';
import { measureForward } from '../measure/forward.ts';
import type { LoadPlan } from '../measure/load.ts';
import { measureLoad } from '../measure/load.ts';
import type { PairsPlan } from '../measure/pairs.ts';
import { measurePairs } from '../measure/pairs.ts';
import type { BenchEvent } from '../report/collect.ts';
import { eventSink } from '../report/collect.ts';
import type { Facts } from './facts.ts';
import { readFacts } from './facts.ts';

/** `globalThis.albertBench` of the page. */
export interface BenchRemote {
  facts(): Promise<Facts>;
  forward(plan: ForwardPlan): Promise<void>;
  pairs(plan: PairsPlan): Promise<void>;
  load(plan: LoadPlan): Promise<void>;
}

declare global {
  var albertBench: BenchRemote | undefined;
  /** Put there by the runner; receives every event. */
  var albertBenchEvent: ((event: BenchEvent) => void) | undefined;
}

export function installRemote(): void {
  const sink = eventSink((event) => globalThis.albertBenchEvent?.(event));
  const settings = { baseUrl: document.baseURI };
  globalThis.albertBench = {
    facts: readFacts,
    forward: (plan) => measureForward(plan, settings, sink),
    pairs: (plan) => measurePairs(plan, settings, sink),
    load: (plan) => measureLoad(plan, settings, sink),
  };
}
