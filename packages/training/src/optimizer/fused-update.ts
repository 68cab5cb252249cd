/**
 * Updates one parameter on tfjs's WASM backend, in one pass over its values. As tfjs operations, AdamW makes a dozen passes over
 * memory, which takes a tenth of a training step.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { WasmBackend } from '../kernels/wasm-backend.ts';
import { adamDefaults, type UpdateRule, type VariablesOfUpdate } from './rule.ts';

/** Number of values that stay in the L1 cache between the two halves of AdamW's update. */
const blockSize = 1024;

/** A parameter with its moments, or the new values of all three. */
interface Values {
  readonly parameter: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** Assigns the next values to `parameter`, `m` and `v`. */
export function updateOnWasm(
  backend: WasmBackend,
  variables: VariablesOfUpdate,
  gradient: tf.Tensor,
  rule: UpdateRule,
): void {
  const { parameter, m, v } = variables;
  tf.tidy(() => {
    const [newParameter, newM, newV] = [parameter, m, v].map(({ shape }) =>
      tf.engine().makeTensorFromTensorInfo(backend.makeOutput([...shape], 'float32')),
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const view = (tensor: tf.Tensor): Float32Array => backend.typedArrayFromHeap(tensor) as Float32Array;
    update(
      view(gradient),
      { parameter: view(parameter), m: view(m), v: view(v) },
      { parameter: view(newParameter), m: view(newM), v: view(newV) },
      rule,
    );
    parameter.assign(newParameter);
    m.assign(newM);
    v.assign(newV);
  });
}

function update(gradient: Float32Array, old: Values, next: Values, rule: UpdateRule): void {
  const { length } = gradient;
  const [weights, results] = [old.parameter, next.parameter];
  const step = rule.trusted ? length : blockSize;
  for (let start = 0; start < length; start += step) {
    const end = Math.min(start + step, length);
    const norms = writeUpdate(gradient, old, next, rule, start, end);
    const known = rule.trusted && norms.weight > 0 && norms.update > 0;
    const rate = rule.learningRate * (known ? Math.sqrt(norms.weight / norms.update) : 1);
    for (let i = start; i < end; i++) results[i] = (weights[i] as number) - rate * (results[i] as number);
  }
}

/**
 * Writes the new moments. In place of the new parameter, it writes the update.
 *
 * @returns the sums of the squares of the weights and of their updates
 */
function writeUpdate(
  gradient: Float32Array,
  old: Values,
  next: Values,
  { scale, decay }: UpdateRule,
  start: number,
  end: number,
): { weight: number; update: number } {
  const { beta1, beta2, epsilon } = adamDefaults;
  const { parameter, m, v } = old;
  const { parameter: updates, m: nextM, v: nextV } = next;
  let [weightSquares, updateSquares] = [0, 0];
  for (let i = start; i < end; i++) {
    const g = (gradient[i] as number) * scale;
    const newM = (m[i] as number) * beta1 + g * (1 - beta1);
    const newV = (v[i] as number) * beta2 + g * g * (1 - beta2);
    const weight = parameter[i] as number;
    const update = newM / (Math.sqrt(newV) + epsilon) + weight * decay;
    nextM[i] = newM;
    nextV[i] = newV;
    updates[i] = update;
    weightSquares += weight * weight;
    updateSquares += update * update;
  }
  return { weight: weightSquares, update: updateSquares };
}
