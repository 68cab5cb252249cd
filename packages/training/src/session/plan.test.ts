import { describe, expect, it } from 'vitest';
import { planSteps } from './plan.ts';

describe('planSteps', () => {
  it('visits the rows once per epoch', () => {
    const plan = planSteps(100, { epochs: 3, batchSize: 16 });
    expect(plan).toEqual({ batchSize: 16, steps: 19, warmupSteps: 1, evaluateEvery: 2 });
  });

  it('uses no more rows per step than there are', () => {
    expect(planSteps(3, { epochs: 2, batchSize: 8 })).toMatchObject({ batchSize: 3, steps: 2, evaluateEvery: 1 });
  });
});
