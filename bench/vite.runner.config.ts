/** Builds the headless runner as one Node module, so that `albert bench` needs no TypeScript at run time. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  build: {
    ssr: 'src/runner/index.ts',
    target: 'node20',
    outDir: 'dist/runner',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: { output: { entryFileNames: 'index.js' } },
  },
});
