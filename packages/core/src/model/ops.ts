/** The three operations that every part of ALBERT is made of, in plain differentiable tfjs ops. */
import * as tf from '@tensorflow/tfjs-core';
import { applyActivation, type Activation, type ElementaryOperations } from '../spec/index.ts';
import type { Parameters } from './parameters.ts';

/**
 * Computes `x W + b` over the last axis, `[..., in] -> [..., out]`.
 *
 * `x` is flattened to rank 2 first, because tfjs's gradient of a rank-3 by rank-2 matMul is wrong on every backend
 * (tfjs#8721), and its WASM kernel is fast for a single matrix only.
 */
export function linear(x: tf.Tensor, parameters: Parameters, name: string): tf.Tensor {
  const weight = parameters(`${name}.weight`) as tf.Tensor2D; // [in, out]
  const [input, output] = weight.shape;
  const flat = tf.matMul(tf.reshape(x, [-1, input]), weight);
  return tf.reshape(tf.add(flat, parameters(`${name}.bias`)), [...x.shape.slice(0, -1), output]);
}

/** Normalizes the last axis, then scales and shifts it (Ba et al. 2016). The variance is biased, as in PyTorch. */
export function layerNorm(x: tf.Tensor, parameters: Parameters, name: string, epsilon: number): tf.Tensor {
  const centered = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.mul(centered, centered), -1, true);
  const normal = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(normal, parameters(`${name}.weight`)), parameters(`${name}.bias`));
}

/** Applies an activation function. */
export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  return applyActivation(activation, operations, x);
}

const operations: ElementaryOperations<tf.Tensor> = {
  add: (a, b) => tf.add(a, b),
  multiply: (a, b) => tf.mul(a, b),
  divide: (a, b) => tf.div(a, b),
  cube: (a) => tf.mul(tf.mul(a, a), a),
  erf: (a) => tf.erf(a),
  tanh: (a) => tf.tanh(a),
  sigmoid: (a) => tf.sigmoid(a),
  relu: (a) => tf.relu(a),
};
