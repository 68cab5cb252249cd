/** WebAssembly: the whole model in our own module, without TensorFlow.js. */
import { precisionsOf } from '@albert-web/core/spec';
import { chooseSimd } from '@albert-web/kernels';
import type { BackendDriver, BackendSettings } from '../driver.ts';
import { precisionOn } from '../precision.ts';
import { compileAhead, createWasmExecutor, hasManyWeights } from '../wasm/index.ts';

export const wasmDriver: BackendDriver = {
  name: 'wasm',
  async start({ wasmFiles, threads }) {
    const simd = chooseSimd();
    const locate = wasmFiles === undefined ? undefined : locator(wasmFiles);
    const options = { simd, ...(threads !== undefined && { threads }), ...(locate && { wasmFiles: locate }) };
    // While the model's files are downloading. Errors are reported by the executor, which needs the same build.
    compileAhead(options).catch(() => undefined);
    return {
      description: `WebAssembly, ${simd === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}`,
      precisions: precisionsOf('wasm'),
      createExecutor: ({ config, head, weights, precision, standsFor = config }) =>
        createWasmExecutor(config, head, weights, {
          ...options,
          precision: precisionOn('wasm', precision),
          fourBits: hasManyWeights(standsFor),
        }),
    };
  },
};

function locator(files: NonNullable<BackendSettings['wasmFiles']>): (file: string) => string {
  return typeof files === 'function'
    ? (file) => String(files(file))
    : (file) => `${String(files).replace(/\/?$/u, '/')}${file}`;
}
