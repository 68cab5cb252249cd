/** Starts the backend of a run. Training has its own kernels and needs no executor, so only tfjs's part is started. */
import { startTfjsWasm, tfjsWasmFiles } from '@albert-web/core';
import { backends as specs, type TrainingBackend } from '@albert-web/core/spec';
import * as tf from '@tensorflow/tfjs-core';
import { AlbertError, messageOf } from '@albert-web/errors';

/** Functions that make a backend current and return whether it runs. */
const starters: Readonly<Record<TrainingBackend, (wasmFiles: string | undefined) => Promise<boolean>>> = {
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    return tf.setBackend('webgpu');
  },
  wasm: async (wasmFiles) => startTfjsWasm({ files: wasmFiles ?? (await inlinedFiles()) }),
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    return tf.setBackend('cpu');
  },
};

/** Returns the build inlined in this worker, under every name that tfjs may request. Browsers that support modules have SIMD. */
async function inlinedFiles(): Promise<Record<string, string> | undefined> {
  const { tfjsWasm } = await import('./tfjs-wasm.ts');
  return tfjsWasm === undefined ? undefined : Object.fromEntries(tfjsWasmFiles.map((name) => [name, tfjsWasm]));
}

/**
 * Starts the backends in order, and makes the first one that runs current.
 *
 * @param wasmFiles the folder of tfjs's `.wasm` files, unless they are inlined
 * @returns its display name, and the reasons why earlier ones were rejected
 * @throws AlbertError if none starts
 */
export async function startBackend(
  backends: readonly TrainingBackend[],
  wasmFiles: string | undefined,
): Promise<string> {
  const reasons: string[] = [];
  for (const backend of backends) {
    const { label } = specs[backend];
    try {
      if (await starters[backend](wasmFiles)) return [label, ...reasons].join('; ');
      reasons.push(`${label} does not start`);
    } catch (error) {
      reasons.push(`${label}: ${messageOf(error)}`);
    }
  }
  throw new AlbertError({
    problem: `No backend can train here: ${reasons.join('; ')}`,
    remedy: "Serve the whole folder, and allow 'wasm-unsafe-eval' in a Content-Security-Policy",
  });
}
