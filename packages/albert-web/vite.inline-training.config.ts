import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { folderOf, thirdPartyNotices, wasmNotices, withoutNode } from '@albert-web/build-tools';
import { resolve } from './build-into-dist.ts';
import { inlineBuild, writeInlineModules } from './inline-modules.ts';

/** Builds the training worker's modules as text, with tfjs's WebAssembly inlined. */
export default defineConfig({
  resolve,
  plugins: [
    withoutNode(),
    tfjsWasmInside(),
    thirdPartyNotices({ compiledIn: wasmNotices(), fileName: 'THIRD-PARTY-NOTICES.training.md' }).plugin,
    writeInlineModules(),
  ],
  build: inlineBuild('training', { 'training-worker': '../training/src/session/worker.ts' }),
});

function tfjsWasmInside(): Plugin {
  const file = path.join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist/tfjs-backend-wasm-simd.wasm');
  return {
    name: 'tfjs-wasm-inside',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('/session/tfjs-wasm.ts')) return undefined;
      const text = (await readFile(file)).toString('base64');
      return `export const tfjsWasm = 'data:application/wasm;base64,${text}';`;
    },
  };
}
