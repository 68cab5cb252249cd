import { defineConfig } from 'vite';
import { wgslAsText } from '../../scripts/wgsl-as-text.ts';
import { withoutNode } from '../../scripts/without-node.ts';

/** The classic script: `albert.js`, which starts the worker of the module builds. */
export default defineConfig({
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  // What the packages import is read before it is left out.
  plugins: [wgslAsText(), withoutNode()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    lib: { entry: 'src/classic.ts', formats: ['iife'], name: 'albertScript', fileName: () => 'albert.js' },
  },
});
