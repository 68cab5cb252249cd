/** WebAssembly: tfjs's backend for the heads, our own module for the encoder. */
import { composeExecutor, TfjsBackend } from '@albert-web/core';
import * as tf from '@tensorflow/tfjs-core';
import { chooseSimd } from '@albert-web/kernels';
import type { BackendDriver, BackendSettings } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { createWasmExecutor } from '../wasm/index.ts';

export const wasmDriver: BackendDriver = {
  name: 'wasm',
  async start({ wasmFiles, threads }, _, givenUp) {
    const simd = chooseSimd();
    const locate = wasmFiles === undefined ? undefined : locator(wasmFiles);
    // A module that does not come must not be what the next model waits for.
    givenUp.addEventListener('abort', () => (starting = undefined));
    await startTfjs(locate);
    givenUp.throwIfAborted();
    setUpKernels();
    const on = new TfjsBackend('wasm');
    return {
      description: `WebAssembly, ${simd === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}`,
      precisions: ['f32', 'q8'],
      async createExecutor({ config, head, weights, precision }) {
        const encoder = await createWasmExecutor(config, weights, {
          precision: precision === 'q8' ? 'q8' : 'f32',
          simd,
          on,
          ...(threads !== undefined && { threads }),
          ...(locate && { wasmFiles: locate }),
        });
        return composeExecutor(config, head, weights, encoder, { on });
      },
    };
  },
};

type Locate = (file: string) => string;

function locator(files: NonNullable<BackendSettings['wasmFiles']>): Locate {
  return typeof files === 'function'
    ? (file) => String(files(file))
    : (file) => `${String(files).replace(/\/?$/u, '/')}${file}`;
}

const tfjsBuilds = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

/** tfjs's module on its way: models that load at the same time wait for the same one. */
let starting: Promise<void> | undefined;

/**
 * Starts tfjs's own module, without selecting it. tfjs only runs what is small here, so its single-threaded SIMD build is
 * enough and starts without a worker.
 */
async function startTfjs(locate: Locate | undefined): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const running = (): boolean => tf.engine().registry['wasm'] !== undefined;
  if (running()) return;
  if (!starting) {
    if (locate) setWasmPaths(Object.fromEntries(tfjsBuilds.map((file) => [file, locate(file)])));
    // Starts it: asked before the paths are set, it would start a module from the wrong place, and keep its 16 MiB.
    tf.findBackend('wasm');
    starting = tf.ready();
  }
  await starting;
  starting = undefined;
  if (running()) return;
  tf.removeBackend('wasm');
  throw new BackendUnavailableError({
    problem: `The WebAssembly module of TensorFlow.js does not start${locate ? ` from ${locate(tfjsBuilds[1])}` : ''}`,
    expected: "Expected the file to be served, and a Content-Security-Policy with 'wasm-unsafe-eval'",
    remedy: 'Set wasmFiles to where the .wasm files are served',
  });
}

/** tfjs sets its kernels up when a backend becomes the current one, which this one is for no longer than that. */
function setUpKernels(): void {
  const engine = tf.engine();
  const { backendName } = engine;
  const instance = engine['backendInstance'];
  // Synchronous, since the backend has started.
  void engine.setBackend('wasm');
  engine.backendName = backendName;
  engine['backendInstance'] = instance;
}
