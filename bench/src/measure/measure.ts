/** One measurement of any kind. */
import type { EngineSettings } from '../engines/engine.ts';
import { measureForward, type ForwardPlan, type Sink } from './forward.ts';
import { measureLoad, type LoadPlan } from './load.ts';
import { measurePairs, type PairsPlan } from './pairs.ts';

/** What to measure, by kind: token ids to logits, text to verdicts, or loading. */
export type Measurement =
  | { readonly kind: 'forward'; readonly plan: ForwardPlan }
  | { readonly kind: 'pairs'; readonly plan: PairsPlan }
  | { readonly kind: 'load'; readonly plan: LoadPlan };

/** Runs a measurement. Candidates that fail are reported to the sink, and the others are measured. */
export function measure(
  measurement: Measurement,
  settings: Pick<EngineSettings, 'baseUrl'>,
  sink: Sink,
): Promise<void> {
  switch (measurement.kind) {
    case 'forward':
      return measureForward(measurement.plan, settings, sink);
    case 'pairs':
      return measurePairs(measurement.plan, settings, sink);
    case 'load':
      return measureLoad(measurement.plan, settings, sink);
  }
}
