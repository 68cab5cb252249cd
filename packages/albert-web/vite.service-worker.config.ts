import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { modulesIntoDist, resolve } from './build-into-dist.ts';

/** Builds `service-worker.mjs`, a single file, because a service worker cannot import chunks on demand. */
export default defineConfig({
  base: './',
  resolve,
  plugins: [wgslAsText(), withoutNode(), withReplacements()],
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

/** Modules that do not work in the service worker build, with their replacements. */
const replaced = [
  { module: /\/backends\/src\/drivers\/web(?:gpu|gl)\.ts$/u, by: 'src/without-gpu.ts' },
  { module: /\/checkpoints\/src\/files\/import-package\.ts$/u, by: 'src/without-packages.ts' },
  { module: /\/checkpoints\/src\/files\/sha256-without-crypto\.ts$/u, by: 'src/without-sha256.ts' },
  {
    module: /\/checkpoints\/src\/(?:(?:keras|flax|tfjs)\/read|tensorflow\/convert|adapter\/merge|archive\/open)\.ts$/u,
    by: 'src/without-readers.ts',
  },
];

function withReplacements(): Plugin {
  return {
    name: 'with-replacements',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!importer || !id.startsWith('.')) return undefined;
      const file = path.join(path.dirname(importer), id);
      const found = replaced.find(({ module }) => module.test(file));
      return found && path.join(import.meta.dirname, found.by);
    },
  };
}
