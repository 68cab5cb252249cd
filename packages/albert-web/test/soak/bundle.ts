/** Builds the page's part of the soak test: its modules, and the training worker with its kernels. */
import path from 'node:path';
import { build } from 'vite';
import { wgslAsText, withoutNode } from '@albert-web/build-tools';
import { resolve } from '../../build-into-dist.ts';

const plugins = () => [wgslAsText(), withoutNode()];

/** Builds the modules. @returns the folder with `index.js` */
export async function bundleSoak(): Promise<string> {
  const outDir = path.join(import.meta.dirname, '../../.cache/soak');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: path.join(import.meta.dirname, 'page'),
    base: './',
    resolve,
    plugins: plugins(),
    worker: { format: 'es', plugins },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      copyPublicDir: false,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        input: { index: path.join(import.meta.dirname, 'page/index.ts') },
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  return outDir;
}
