import { defineConfig } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { modulesIntoDist, plainImports, resolve } from './build-into-dist.ts';
import { readInlineModules } from './inline-modules.ts';

/** What `import 'albert-web'` gives a bundler: a small script, and modules that it imports when a model is loaded. */
export default defineConfig({
  base: './',
  resolve,
  // What the packages import is read before it is left out.
  plugins: [wgslAsText(), plainImports(), withoutNode(), readInlineModules()],
  build: {
    ...modulesIntoDist,
    outDir: 'lib/browser',
    // The builds are in the texts; what is left of their addresses here is never used.
    assetsInlineLimit: Infinity,
    emptyOutDir: true,
    rolldownOptions: {
      preserveEntrySignatures: 'strict',
      input: { index: 'src/index.ts', 'training-session': 'src/training-session.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
