/** What people can set, and what follows from it. */
import type { Freeze } from '../trainer.ts';

/** Settings of a run. */
export interface Settings {
  readonly epochs: number;
  readonly learningRate: number;
  /** Rows of a step. */
  readonly batchSize: number;
  /** From 0 to 1. */
  readonly heldOut: number;
  /** Of the held-out rows, the order, dropout and drawn weights. */
  readonly seed: number;
  readonly freeze: Freeze;
}

/** Learning rates that suit what is trained: a head alone bears, and needs, larger steps. */
export const usualLearningRate: Readonly<Record<Freeze, number>> = {
  nothing: 5e-5,
  embeddings: 5e-5,
  all_but_head: 1e-3,
};

/** Counts of a run. */
export interface Steps {
  readonly batchSize: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly evaluateEvery: number;
}

/** Evaluations of a run: enough for a curve, few enough to cost little beside the training. */
const evaluations = 10;

/**
 * Turns epochs into steps.
 *
 * @param rows to train on. The trainer rejects invalid rates and counts.
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
