/** Definitions shared by the two implementations of an update. */
import type * as tf from '@tensorflow/tfjs-core';

/** The original's constants. */
export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.01 } as const;

/** How a parameter is updated in a step. */
export interface UpdateRule {
  /** Multiplies the gradient first. */
  readonly scale: number;
  readonly learningRate: number;
  /** Weight decay, 0 for none. */
  readonly decay: number;
  /** Whether LAMB's trust ratio applies. */
  readonly trusted: boolean;
}

/** A parameter with its moments. */
export type VariablesOfUpdate = Readonly<Record<'parameter' | 'm' | 'v', tf.Variable>>;
