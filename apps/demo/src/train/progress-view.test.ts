import type { HeldOutResult, RunState } from '@albert-web/training/session';
import { expect, it } from 'vitest';
import { statusOf } from './progress-view.ts';

const evaluation = (step: number, accuracy: number, best = false): HeldOutResult => ({
  step,
  accuracy,
  loss: 0.1,
  best,
  predictions: [],
});

/** Creates a run that has ended with the last of these evaluations. */
function endedWith(...evaluations: readonly HeldOutResult[]): RunState {
  return {
    phase: 'ended',
    job: {} as RunState['job'],
    loaded: 1,
    backend: 'WebAssembly',
    threads: 1,
    steps: 2,
    losses: [0.2, 0.1],
    durations: [1, 1],
    evaluations,
    current: evaluations.at(-1),
    error: undefined,
  };
}

it('names the step that was better than the last one', () => {
  const worse = statusOf(endedWith(evaluation(0, 0.5, true), evaluation(1, 1, true), evaluation(2, 0.75)));
  expect(worse).toContain('step 1 was better, with 100% of the held-out rows right');
});

it('names no step if the last one is the best, or as good', () => {
  const best = statusOf(endedWith(evaluation(0, 0.5, true), evaluation(2, 1, true)));
  const equal = statusOf(endedWith(evaluation(1, 1, true), evaluation(2, 1)));
  expect([best, equal].join()).not.toContain('better');
});
