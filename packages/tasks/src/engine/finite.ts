/** Checks outputs for NaN and infinity before anything reads them. */
import type { HostOutputs, ModelExecutor } from '@albert-web/core';
import { allFinite } from '@albert-web/core';
import { NonFiniteOutputError } from '../errors.ts';

/** @throws NonFiniteOutputError */
export function checkFiniteOutputs(outputs: HostOutputs, { backend, precision }: ModelExecutor): void {
  for (const [name, { values }] of Object.entries(outputs)) {
    if (allFinite(values)) continue;
    const index = values.findIndex((value) => !Number.isFinite(value));
    throw new NonFiniteOutputError({
      problem: `The output "${name}" is ${values[index]} at index ${index}, on ${backend} in ${precision}`,
      expected: 'Expected finite numbers',
      remedy:
        precision === 'f32'
          ? "The model's weights are too large even for 32-bit floats: load another checkpoint"
          : "Load the model with precision: 'f32'",
    });
  }
}

/** The largest finite 16-bit float. */
const largestHalf = 65504;

/** Whether all values fit in 16-bit floats; a backend would store the others as infinity. */
export function fitsHalf(values: Float32Array): boolean {
  return values.every((value) => Math.abs(value) <= largestHalf);
}
