/**
 * AdamW and LAMB as in google-research/albert (`optimization.py`, `lamb_optimizer.py`): without bias correction, with decoupled
 * weight decay that excludes LayerNorm and biases.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterMap } from '@albert-web/core';
import { currentWasmBackend } from '../kernels/wasm-backend.ts';
import { updateOnWasm } from './fused-update.ts';
import { adamDefaults, type UpdateRule, type VariablesOfUpdate } from './rule.ts';

/** LAMB (You et al. 2020) scales AdamW's update of each decaying tensor by `|weight| / |update|`. */
export type OptimizerName = 'adamw' | 'lamb';

/** Gradients by canonical parameter name. */
export type Gradients = ReadonlyMap<string, tf.Tensor>;

/** Whether weight decay and LAMB's trust ratio apply to a parameter. They do not apply to LayerNorm and biases. */
export function decays(name: string): boolean {
  return !/LayerNorm|layer_norm|bias/u.test(name);
}

/** Updates parameters in place. Moments are variables, so that they can be saved with a checkpoint. */
export class Optimizer {
  /** `<parameter>/m` and `<parameter>/v`, initially zero. */
  readonly moments: ParameterMap;
  readonly #name: OptimizerName;
  readonly #parameters: ParameterMap;

  /** @param parameters the parameters to train */
  constructor(name: OptimizerName, parameters: ParameterMap) {
    this.#name = name;
    this.#parameters = parameters;
    this.moments = new Map(
      [...parameters].flatMap(([name, parameter]) =>
        ['m', 'v'].map((moment) => [`${name}/${moment}`, tf.tidy(() => tf.variable(tf.zerosLike(parameter)))] as const),
      ),
    );
  }

  /** Applies one step. @param scale clipping factor, by which the gradients are multiplied first */
  apply(gradients: Gradients, scale: number, learningRate: number): void {
    const backend = currentWasmBackend();
    for (const [name, gradient] of gradients) {
      const parameter = this.#parameters.get(name);
      const m = this.moments.get(`${name}/m`);
      const v = this.moments.get(`${name}/v`);
      if (!parameter || !m || !v) continue;
      const rule = {
        scale,
        learningRate,
        decay: decays(name) ? adamDefaults.weightDecay : 0,
        trusted: this.#name === 'lamb' && decays(name),
      };
      if (backend) updateOnWasm(backend, { parameter, m, v }, gradient, rule);
      else update({ parameter, m, v }, gradient, rule);
    }
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moment of this.moments.values()) moment.dispose();
  }
}

/** Does the same as `updateOnWasm`, with operations that every backend has. */
function update({ parameter, m, v }: VariablesOfUpdate, gradient: tf.Tensor, rule: UpdateRule): void {
  tf.tidy(() => {
    const g = tf.mul(gradient, rule.scale);
    m.assign(tf.add(tf.mul(m, adamDefaults.beta1), tf.mul(g, 1 - adamDefaults.beta1)));
    v.assign(tf.add(tf.mul(v, adamDefaults.beta2), tf.mul(tf.square(g), 1 - adamDefaults.beta2)));
    const step = tf.div(m, tf.add(tf.sqrt(v), adamDefaults.epsilon));
    const update = rule.decay > 0 ? tf.add(step, tf.mul(parameter, rule.decay)) : step;
    const rate = rule.trusted ? tf.mul(trustRatio(parameter, update), rule.learningRate) : rule.learningRate;
    parameter.assign(tf.sub(parameter, tf.mul(update, rate)));
  });
}

/** Computes `|weight| / |update|`, or 1 if either is 0. */
function trustRatio(weight: tf.Tensor, update: tf.Tensor): tf.Tensor {
  const weightNorm = tf.norm(weight);
  const updateNorm = tf.norm(update);
  const known = tf.logicalAnd(tf.greater(weightNorm, 0), tf.greater(updateNorm, 0));
  return tf.where(known, tf.div(weightNorm, updateNorm), tf.onesLike(weightNorm));
}

/** Computes the square root of the sum of all squares, as a scalar tensor. */
export function globalNorm(gradients: Gradients): tf.Scalar {
  return tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
    // Not addN: on WebGPU, beyond 8 storage buffers, it silently computes nothing (tfjs 4.22).
    return tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square), tf.scalar(0))) as tf.Scalar;
  });
}

/** Returns the factor that reduces gradients with this global norm to at most `limit` (`tf.clip_by_global_norm`). */
export function clippingScale(norm: number, limit: number): number {
  return limit / Math.max(norm, limit);
}
