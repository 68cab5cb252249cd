import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { folderOf, thirdPartyNotices, wasmNotices, wgslAsText, withoutNode } from '@albert-web/build-tools';
import { modulesIntoDist, plainImports, resolve, withoutWaterfalls } from './build-into-dist.ts';

const dist = path.join(import.meta.dirname, 'dist');

/** Builds the modules: `albert.mjs`, the worker, and one chunk for each backend. The classic script has its own config. */
export default defineConfig({
  base: './',
  resolve,
  plugins: [
    wgslAsText(),
    plainImports(),
    withoutNode(),
    tfjsWasmFiles(),
    thirdPartyNotices({ compiledIn: wasmNotices() }).plugin,
    withoutWaterfalls(),
    removeOldChunks(),
  ],
  build: {
    ...modulesIntoDist,
    rolldownOptions: {
      preserveEntrySignatures: 'strict',
      input: {
        albert: 'src/index.ts',
        'albert-worker': 'src/worker.ts',
        'in-page': 'src/in-page.ts',
        cache: 'src/cache.ts',
      },
      output: {
        entryFileNames: '[name].mjs',
        chunkFileNames: 'chunks/[name].mjs',
        assetFileNames: 'wasm/[name][extname]',
      },
    },
  },
});

/** Copies tfjs's WebAssembly beside ours. Its threaded build is not needed: only our encoder has enough work to share. */
function tfjsWasmFiles(): Plugin {
  const folder = path.join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist');
  return {
    name: 'tfjs-wasm-files',
    async generateBundle() {
      for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
        const source = await readFile(path.join(folder, file));
        this.emitFile({ type: 'asset', fileName: `wasm/${file}`, source });
      }
    },
  };
}

/** Removes only old chunks, not the whole folder, because it also contains other builds. */
function removeOldChunks(): Plugin {
  return {
    name: 'remove-old-chunks',
    async buildStart() {
      await Promise.all(
        ['chunks', 'wasm'].map((folder) => rm(path.join(dist, folder), { recursive: true, force: true })),
      );
    },
  };
}
