import * as tf from '@tensorflow/tfjs-core';
import type { Dropout } from '@albert-web/core';
import { deriveKey, hash } from './random.ts';

/** The dropouts of one forward pass: each use gets a key of its own, in the order of the uses. */
export class DropoutKeys {
  readonly #step: number;
  #used = 0;

  /** @param seed of the run. @param step the optimizer step, and `micro` the part of it, that the pass belongs to. */
  constructor(seed: number, step: number, micro = 0) {
    this.#step = deriveKey(seed, step, micro);
  }

  /** The next use's key. */
  next(): number {
    return deriveKey(this.#step, this.#used++);
  }
}

/** An element is kept where its hash lies below this: `(1 - rate) * 2^32`. */
export function keepThreshold(rate: number): number {
  return Math.floor((1 - rate) * 4294967296) >>> 0;
}

/** Dropout in plain tfjs ops, for any backend: the mask is made on the CPU, equal to the one the WASM kernel applies. */
export function plainDropout(keys: DropoutKeys): Dropout {
  return (x, rate) => {
    const key = keys.next();
    const threshold = keepThreshold(rate);
    const scale = 1 / (1 - rate);
    const mask = Float32Array.from({ length: x.size }, (_, index) => (hash(key, index) < threshold ? scale : 0));
    return tf.mul(x, tf.tensor(mask, x.shape, 'float32'));
  };
}
