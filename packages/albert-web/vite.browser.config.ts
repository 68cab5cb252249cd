import { defineConfig } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { intoDist, resolve } from './build-into-dist.ts';
import { readInlineModules } from './inline-modules.ts';

/** Builds what bundlers get for `import 'albert-web'`: a small script, and modules that it imports when a model is loaded. */
export default defineConfig({
  resolve,
  // Needed although unused code is removed later: the imports are resolved first.
  plugins: [wgslAsText(), withoutNode(), readInlineModules()],
  build: {
    ...intoDist,
    outDir: 'lib/browser',
    emptyOutDir: true,
    lib: { entry: { index: 'src/index.ts', 'training-session': 'src/training-session.ts' }, formats: ['es'] },
    // The user's bundler minifies. Until then it needs the comments that say which imports to leave alone.
    minify: false,
    rolldownOptions: {
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        comments: { jsdoc: false },
      },
    },
  },
});
