/** The settings of a run, and the number of steps they imply. */
import type { Freeze } from '../trainer.ts';

/** Settings of a run. */
export interface Settings {
  readonly epochs: number;
  readonly learningRate: number;
  /** Rows per step. */
  readonly batchSize: number;
  /** Fraction of held-out rows, from 0 to 1. */
  readonly heldOut: number;
  /** Determines the held-out rows, the order, dropout and initial weights. */
  readonly seed: number;
  readonly freeze: Freeze;
}

/** Usual learning rates. Training only the head needs larger steps. */
export const defaultLearningRate: Readonly<Record<Freeze, number>> = {
  nothing: 5e-5,
  embeddings: 5e-5,
  all_but_head: 1e-3,
};

/** The batch size and the numbers of steps of a run. */
export interface Steps {
  readonly batchSize: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly evaluateEvery: number;
}

/** Evaluations per run: enough for a curve, few enough to cost little time. */
const evaluations = 10;

/**
 * Turns epochs into steps.
 *
 * Does not check `epochs` and `batchSize`: the trainer rejects invalid rates and counts.
 *
 * @param rows number of training rows
 */
export function planSteps(rows: number, { epochs, batchSize }: Pick<Settings, 'epochs' | 'batchSize'>): Steps {
  const size = Math.min(batchSize, rows);
  const steps = Math.max(1, Math.ceil((epochs * rows) / size));
  return {
    batchSize: size,
    steps,
    warmupSteps: Math.floor(steps / 10),
    evaluateEvery: Math.max(1, Math.ceil(steps / evaluations)),
  };
}
