import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ours = fileURLToPath(new URL('../packages/kernels/src/build/', import.meta.url));
const tfjs = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

/**
 * Puts every `.wasm` file a page may need into one folder of its build: what the option `wasmFiles` then names.
 *
 * @param folder relative to the output folder.
 */
export function copyWasmFiles(folder: string): Plugin {
  return {
    name: 'copy-wasm-files',
    apply: 'build',
    generateBundle() {
      const files = [
        join(tfjs, 'tfjs-backend-wasm-simd.wasm'),
        ...readdirSync(ours)
          .filter((file) => file.endsWith('.wasm'))
          .map((file) => join(ours, file)),
      ];
      for (const file of files) {
        const fileName = join(folder, file.slice(dirname(file).length + 1));
        this.emitFile({ type: 'asset', fileName, source: readFileSync(file) });
      }
    },
  };
}
