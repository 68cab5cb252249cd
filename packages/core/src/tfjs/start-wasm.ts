/** Starts TensorFlow.js's WASM backend. Inference has its own WebAssembly; training and comparisons need this one. */
import * as tf from '@tensorflow/tfjs-core';

/** File names of the builds that tfjs may load. */
export const tfjsWasmFiles = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

/** How to start the backend. */
export interface TfjsWasmOptions {
  /** The folder of the files, or the URL of each. Default: next to tfjs's module, where Node finds them. */
  readonly files?: string | Readonly<Partial<Record<(typeof tfjsWasmFiles)[number], string>>> | undefined;
  /** Number of threads. Default 1, which uses the build that does not need shared memory. */
  readonly threads?: number | undefined;
}

/**
 * Starts the backend and makes it current. Once it has started, the options have no effect.
 *
 * @returns whether it runs
 */
export async function startTfjsWasm({ files, threads = 1 }: TfjsWasmOptions = {}): Promise<boolean> {
  if (tf.engine().registry['wasm'] === undefined) {
    const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (files !== undefined) setWasmPaths(files);
    if (threads > 1) setThreadsCount(threads);
    else tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  }
  return tf.setBackend('wasm');
}
