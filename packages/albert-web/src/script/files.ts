/** The script as a folder of files: `albert.mjs`, its worker, chunks and `.wasm` files. */
import { importPart } from './import-part.ts';
import { workerFrom, type Script } from '../load.ts';

export const script: Script = {
  url: import.meta.url,
  expected: 'Expected albert-worker.mjs and its chunks beside the script',
  // Bundlers recognize only this exact form.
  startWorker: () =>
    workerFrom(
      new URL(/* @vite-ignore */ './albert-worker.mjs', import.meta.url),
      () =>
        new Worker(new URL(/* @vite-ignore */ './albert-worker.mjs', import.meta.url), {
          type: 'module',
          name: 'albert',
        }),
    ),
  startInPage: async () =>
    (await importPart('in-page.mjs', import.meta.url, () => import('../in-page.ts'))).startHost(),
  loadCache: () => importPart('cache.mjs', import.meta.url, () => import('../cache.ts')),
};
