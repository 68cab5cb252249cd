/** WebAssembly: tfjs's backend for the heads, our own module for the encoder. */
import * as tf from '@tensorflow/tfjs-core';
import { createPlainExecutor } from '@albert-web/core';
import type { BackendDriver, BackendSettings } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';

export const wasmDriver: BackendDriver = {
  name: 'wasm',
  async start(settings) {
    if (typeof WebAssembly === 'undefined') {
      throw new BackendUnavailableError({ problem: 'WebAssembly is not available', remedy: 'Use a current browser' });
    }
    await startTfjs(settings);
    return {
      description: 'WebAssembly',
      software: false,
      precisions: ['f32'],
      threads: 1,
      notes: [],
      createExecutor: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
    };
  },
};

/** tfjs only runs what is small here, so its single-threaded SIMD build is enough and starts without a worker. */
async function startTfjs({ wasmFolder }: BackendSettings): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (wasmFolder && tf.findBackend('wasm') === null) setWasmPaths(`${String(wasmFolder).replace(/\/?$/u, '/')}`);
  if (await tf.setBackend('wasm')) return;
  tf.removeBackend('wasm');
  throw new BackendUnavailableError({
    problem: `The WebAssembly module of TensorFlow.js does not start${wasmFolder ? ` from ${String(wasmFolder)}` : ''}`,
    expected:
      "Expected tfjs-backend-wasm-simd.wasm to be served, and a Content-Security-Policy with 'wasm-unsafe-eval'",
    remedy: 'Set wasmFolder to where the .wasm files are served',
  });
}
