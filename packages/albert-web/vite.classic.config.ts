import { defineConfig } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { intoDist, resolve } from './build-into-dist.ts';

/** Builds the classic script, `albert.js`, which starts the worker of the module builds. */
export default defineConfig({
  resolve,
  // Needed although unused code is removed later: the imports are resolved first.
  plugins: [wgslAsText(), withoutNode()],
  build: {
    ...intoDist,
    lib: { entry: 'src/classic.ts', formats: ['iife'], name: 'albertScript', fileName: () => 'albert.js' },
  },
});
