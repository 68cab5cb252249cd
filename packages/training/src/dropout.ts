import * as tf from '@tensorflow/tfjs-core';
import type { Dropout } from '@albert-web/core';
import { deriveKey, hash } from './random.ts';

/** The dropout keys of a forward pass. Each use gets its own key, in order. */
export class DropoutKeys {
  readonly #step: number;
  #used = 0;

  /** @param seed seed of the run @param step optimizer step of the pass @param micro index of the pass within the step */
  constructor(seed: number, step: number, micro = 0) {
    this.#step = deriveKey(seed, step, micro);
  }

  /** Returns the key of the next use. */
  next(): number {
    return deriveKey(this.#step, this.#used++);
  }
}

/** Returns the threshold below which the hash of a kept element lies: `(1 - rate) * 2^32`. */
export function keepThreshold(rate: number): number {
  return Math.floor((1 - rate) * 4294967296) >>> 0;
}

/** Dropout in plain tfjs ops, for any backend. The mask is computed on the CPU and equals that of the WASM kernel. */
export function plainDropout(keys: DropoutKeys): Dropout {
  return (x, rate) => {
    const key = keys.next();
    const threshold = keepThreshold(rate);
    const scale = 1 / (1 - rate);
    const mask = Float32Array.from({ length: x.size }, (_, index) => (hash(key, index) < threshold ? scale : 0));
    return tf.mul(x, tf.tensor(mask, x.shape, 'float32'));
  };
}
