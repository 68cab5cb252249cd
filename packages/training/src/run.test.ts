import { expect, it } from 'vitest';
import { bestOf, run, type Evaluation, type RunPlan } from './run.ts';
import type { Trainer } from './trainer.ts';

/** Creates a trainer that only counts steps. */
function countingTrainer(step = 0): Trainer {
  const trainer = {
    step,
    trainStep: () => Promise.resolve({ step: ++trainer.step, loss: 1, gradientNorm: 1, learningRate: 1 }),
  };
  return trainer as unknown as Trainer;
}

/** Runs a plan whose evaluations return these values in turn. */
async function runWith(values: readonly number[], plan: Partial<RunPlan>, trainer = countingTrainer()) {
  const scores = [...values];
  const saved: number[] = [];
  let evaluations: readonly Evaluation[] = [];
  for await (const event of run(trainer, {
    steps: 10,
    batchesOf: () => [],
    saveEvery: 2,
    evaluate: () => Promise.resolve({ score: scores.shift() ?? NaN }),
    keyMetric: 'score',
    ...plan,
  })) {
    if (event.type !== 'checkpoint') continue;
    saved.push(event.step);
    evaluations = event.evaluations;
  }
  return { saved, evaluations, best: bestOf(evaluations)?.step };
}

it('saves and evaluates at every interval and at the end, and finds the best checkpoint', async () => {
  const { saved, best, evaluations } = await runWith([0.5, 0.7, 0.7, 0.6, 0.1], { steps: 9 });
  expect(saved).toEqual([2, 4, 6, 8, 9]);
  // Only a greater value is better, as in the original.
  expect(evaluations.map(({ best }) => best)).toEqual([true, true, false, false, false]);
  expect(best).toBe(4);
});

it('stops when its patience is exhausted', async () => {
  expect((await runWith([0.5, 0.4, 0.45, 0.3, 0.9], { patience: 2 })).saved).toEqual([2, 4, 6]);
});

it('a metric that is NaN is never the best', async () => {
  expect((await runWith([NaN, 0.2, NaN], { steps: 6 })).best).toBe(4);
});

it('resumes at its step, with the earlier evaluations', async () => {
  const evaluations = [{ step: 4, metrics: { score: 0.9 }, best: true }];
  const { saved, best } = await runWith([0.5, 0.6, 0.7], { evaluations }, countingTrainer(4));
  expect(saved).toEqual([6, 8, 10]);
  expect(best).toBe(4);
});
