import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackendName } from '../spec/index.ts';

/**
 * One of tfjs's backends, to compute on regardless of which is current. Models on several backends, and training, can share
 * one thread only if no call depends on tfjs's global backend or leaves it changed.
 */
export class TfjsBackend {
  readonly name: TfjsBackendName;
  readonly #instance: tf.KernelBackend;

  /** @param name of a backend that has been started; default: the current one, which is started if none is. */
  constructor(name: TfjsBackendName = currentBackend()) {
    this.name = name;
    this.#instance = tf.findBackend(name);
  }

  /** Runs synchronous tfjs calls on this backend, then restores the previous one. */
  run<T>(work: () => T): T {
    const engine = tf.engine();
    const { backendName } = engine;
    // `setBackend` would set up every kernel again, on each of millions of calls.
    const instance = engine['backendInstance'];
    engine.backendName = this.name;
    engine['backendInstance'] = this.#instance;
    try {
      return work();
    } finally {
      engine.backendName = backendName;
      engine['backendInstance'] = instance;
    }
  }
}

function currentBackend(): TfjsBackendName {
  tf.backend(); // Starts one if there is none.
  return tf.getBackend() as TfjsBackendName;
}
