import { defineConfig } from 'vite';

/** The classic script: `albert.js`, which starts the worker of the module builds. */
export default defineConfig({
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    lib: { entry: 'src/classic.ts', formats: ['iife'], name: 'albertScript', fileName: () => 'albert.js' },
  },
});
