/** The backend a run computes on. Training has kernels of its own and needs no executor: only tfjs's part is started. */
import { backends as specs, type TrainingBackend } from '@albert-web/core/spec';
import * as tf from '@tensorflow/tfjs-core';
import { AlbertError, messageOf } from '@albert-web/errors';

const starters: Readonly<Record<TrainingBackend, (wasmFiles: string | undefined) => Promise<unknown>>> = {
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
  wasm: async (wasmFiles) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    // tfjs's threaded build is not served: what takes time here are kernels of our own.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    const found = wasmFiles ?? (await filesInside());
    if (found !== undefined) setWasmPaths(found);
  },
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/** What comes along, under every name that tfjs may ask for: any browser that runs modules has SIMD. */
async function filesInside(): Promise<Record<string, string> | undefined> {
  const { tfjsWasm } = await import('./tfjs-wasm.ts');
  if (tfjsWasm === undefined) return undefined;
  const names = ['', '-simd', '-threaded-simd'].map((build) => `tfjs-backend-wasm${build}.wasm`);
  return Object.fromEntries(names.map((name) => [name, tfjsWasm]));
}

/**
 * Makes the first of `backends` that starts the current one.
 *
 * @param wasmFiles the folder of tfjs's `.wasm` files, where they do not come along.
 * @returns its name for people, and why it is not an earlier one.
 * @throws AlbertError when none starts.
 */
export async function startBackend(
  backends: readonly TrainingBackend[],
  wasmFiles: string | undefined,
): Promise<string> {
  const reasons: string[] = [];
  for (const backend of backends) {
    const { label } = specs[backend];
    try {
      await starters[backend](wasmFiles);
      if (await tf.setBackend(backend)) return [label, ...reasons].join('; ');
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
