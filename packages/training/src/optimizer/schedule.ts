import { InvalidArgumentError } from '@albert-web/errors';

/** Linear warm-up, then polynomial decay to 0: google-research/albert `optimization.py`. Counts are optimizer steps. */
export interface Schedule {
  /** The rate at the end of the warm-up, from which it decays (from step 0, as in the original). */
  readonly learningRate: number;
  readonly steps: number;
  /** Default 0: no warm-up. */
  readonly warmupSteps?: number;
  /** Exponent of the decay. Default 1: linear. */
  readonly power?: number;
  /** First step of the warm-up. Default 0. */
  readonly startWarmupStep?: number;
}

/** Returns the learning rate of a step, counted from 0. As in the original, the first step of a warm-up has rate 0. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { learningRate, steps, warmupSteps = 0, power = 1, startWarmupStep = 0 } = schedule;
  const sinceStart = step - startWarmupStep;
  if (sinceStart < warmupSteps) return learningRate * (sinceStart / warmupSteps);
  return learningRate * (1 - Math.min(step, steps) / steps) ** power;
}

/** Checks a schedule. @throws InvalidArgumentError for an invalid rate, count or power */
export function checkSchedule({ learningRate, steps, warmupSteps = 0, power = 1 }: Schedule): void {
  const refuse = (name: string, value: number, expected: string): never => {
    throw new InvalidArgumentError({
      problem: `${name} is ${value}`,
      expected: `Expected ${expected}`,
      remedy: 'Correct the training settings',
    });
  };
  if (!(learningRate > 0 && Number.isFinite(learningRate))) refuse('learningRate', learningRate, 'a positive number');
  if (!Number.isInteger(steps) || steps < 1) refuse('steps', steps, 'a positive integer');
  if (!Number.isInteger(warmupSteps) || warmupSteps < 0) refuse('warmupSteps', warmupSteps, 'an integer of at least 0');
  if (!(power > 0)) refuse('power', power, 'a positive number');
}
