import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackendName } from '../spec/index.ts';

/**
 * One of tfjs's backends, to compute on whichever is current: models on several backends live in one thread, and training
 * beside them, only if no call depends on tfjs's global backend or leaves another one behind.
 */
export class TfjsBackend {
  readonly name: TfjsBackendName;
  readonly #instance: tf.KernelBackend;

  /** @param name of a backend that has been started; default: the current one, which is started if none is. */
  constructor(name: TfjsBackendName = currentBackend()) {
    this.name = name;
    this.#instance = tf.findBackend(name);
  }

  /** Runs synchronous tfjs calls on this backend, and makes the one before them current again. */
  run<T>(work: () => T): T {
    const engine = tf.engine();
    const { backendName } = engine;
    // `setBackend` would set up every kernel again, at each of millions of calls.
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
  tf.backend(); // Starts one where none is.
  return tf.getBackend() as TfjsBackendName;
}
