/** Checks a checkpoint's weights, before anything is uploaded or packed. */
import { MissingTensorError, NonFiniteWeightError, TensorShapeError } from '../errors.ts';
import type { WeightReader } from './reader.ts';
import type { WeightSpec } from '../spec/index.ts';

/**
 * Checks that a checkpoint has every listed weight in the right shape.
 *
 * @throws MissingTensorError, TensorShapeError
 */
export function checkWeights(specs: readonly WeightSpec[], weights: WeightReader): void {
  for (const { name, shape } of specs) {
    const stored = weights.shape(name);
    if (!stored) throw missingTensor(name);
    if (stored.length !== shape.length || stored.some((side, axis) => side !== shape[axis])) {
      throw new TensorShapeError({
        problem: `Tensor "${name}" has shape [${stored.join(', ')}]`,
        expected: `config.json asks for [${shape.join(', ')}]`,
        remedy: 'Use the config.json and the weights of the same checkpoint',
      });
    }
  }
}

/** Checks values that a checkpoint's reader returns. @throws NonFiniteWeightError if one is NaN or infinite */
export function checkFinite(name: string, values: Float32Array): void {
  if (allFinite(values)) return;
  const index = values.findIndex((value) => !Number.isFinite(value));
  throw new NonFiniteWeightError({
    problem: `Tensor "${name}" holds ${values[index]} at index ${index}`,
    expected: 'Expected finite numbers',
    remedy: 'The checkpoint is damaged or its training diverged: load another one',
  });
}

/**
 * Returns whether no value is NaN or infinite. Adding 1 to an exponent of all ones carries into the sign. Four at a time and
 * without a branch, the check costs less than half of copying the values.
 */
export function allFinite(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const exponent = 0x7f800000;
  const one = 0x00800000;
  let carry = 0;
  let i = 0;
  for (; i + 4 <= bits.length; i += 4) {
    carry |=
      (((bits[i] ?? 0) & exponent) + one) |
      (((bits[i + 1] ?? 0) & exponent) + one) |
      (((bits[i + 2] ?? 0) & exponent) + one) |
      (((bits[i + 3] ?? 0) & exponent) + one);
  }
  for (; i < bits.length; i++) carry |= ((bits[i] ?? 0) & exponent) + one;
  return carry >= 0;
}

/** Makes the error for a weight that a checkpoint lacks. */
export function missingTensor(name: string): MissingTensorError {
  return new MissingTensorError({
    problem: `Tensor "${name}" is not in the checkpoint`,
    remedy:
      'Check that the checkpoint has the head that config.json names in "architectures", and that no shard is missing',
  });
}
