import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { wgslAsText } from '../../scripts/wgsl-as-text.ts';
import { withoutNode } from '../../scripts/without-node.ts';

/** `service-worker.mjs`: one file, since a service worker cannot import a chunk when it turns out to be needed. */
export default defineConfig({
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  plugins: [wgslAsText(), withoutNode(), withoutGpu()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    target: 'es2022',
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
    resolveId: (id) =>
      /^\.\/drivers\/web(?:gpu|gl)\.ts$/u.test(id) ? path.join(import.meta.dirname, 'src/without-gpu.ts') : undefined,
  };
}
