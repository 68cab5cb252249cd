import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { modulesIntoDist, resolve } from './build-into-dist.ts';

/** `service-worker.mjs`: one file, since a service worker cannot import a chunk when it turns out to be needed. */
export default defineConfig({
  base: './',
  resolve,
  plugins: [wgslAsText(), withoutNode(), withoutGpu()],
  build: {
    ...modulesIntoDist,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      preserveEntrySignatures: 'strict',
      input: { 'service-worker': 'src/service-worker.ts' },
      output: {
        codeSplitting: false,
        entryFileNames: '[name].mjs',
        assetFileNames: 'wasm/[name][extname]',
      },
    },
  },
});

function withoutGpu(): Plugin {
  return {
    name: 'without-gpu',
    enforce: 'pre',
    resolveId: (id, importer) =>
      importer?.endsWith('/backends/src/drivers/index.ts') && /^\.\/web(?:gpu|gl)\.ts$/u.test(id)
        ? path.join(import.meta.dirname, 'src/without-gpu.ts')
        : undefined,
  };
}
