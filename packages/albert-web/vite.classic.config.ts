import { defineConfig } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { intoDist, resolve } from './build-into-dist.ts';

/** The classic script: `albert.js`, which starts the worker of the module builds. */
export default defineConfig({
  resolve,
  // What the packages import is read before it is left out.
  plugins: [wgslAsText(), withoutNode()],
  build: {
    ...intoDist,
    lib: { entry: 'src/classic.ts', formats: ['iife'], name: 'albertScript', fileName: () => 'albert.js' },
  },
});
