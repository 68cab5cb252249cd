import { startTfjsWasm, tfjsWasmFiles } from '@albert-web/core';
import type { TfjsBackendName } from '@albert-web/core/spec';
import * as tf from '@tensorflow/tfjs-core';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The tfjs backend that `*.device.test.ts` suites run on in this project: see vite.config.ts. */
    backend: TfjsBackendName;
  }
}

/** Returns the tfjs backend that this run of the suite tests. */
export function backendUnderTest(): TfjsBackendName {
  return inject('backend');
}

/** Starts the backend under test and makes it current. Call it in `beforeAll`, before the first tensor is made. */
export async function useBackendUnderTest(): Promise<void> {
  const backend = backendUnderTest();
  if (!(await start[backend]())) throw new Error(`tfjs backend ${backend} does not start here`);
  await tf.ready();
}

/** Functions that start tfjs's backends, by name. */
const start: Readonly<Record<TfjsBackendName, () => Promise<boolean>>> = {
  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu');
    return tf.setBackend('cpu');
  },
  async webgl() {
    await import('@tensorflow/tfjs-backend-webgl');
    return tf.setBackend('webgl');
  },
  wasm() {
    const locate = testWasmFiles();
    return startTfjsWasm({
      files: locate && Object.fromEntries(tfjsWasmFiles.map((file) => [file, locate(file).href])),
    });
  },
  async webgpu() {
    await import('@tensorflow/tfjs-backend-webgpu');
    // Small tensors would otherwise be computed on the CPU and prove nothing about the GPU.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    return tf.setBackend('webgpu');
  },
};

/**
 * Returns the location of `.wasm` files for browser tests, in the installed package and in our own build; undefined in Node, where
 * tfjs and our kernels find their files on their own.
 */
export function testWasmFiles(): ((file: string) => URL) | undefined {
  // The base is computed, so that Vite does not treat these as assets.
  const here = import.meta.url;
  if (here.startsWith('file:')) return undefined;
  return (file) =>
    new URL(
      file.startsWith('tfjs')
        ? `../node_modules/@tensorflow/tfjs-backend-wasm/dist/${file}`
        : `../../kernels/src/build/${file}`,
      here,
    );
}
