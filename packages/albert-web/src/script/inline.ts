/**
 * The script for bundlers: the worker's modules and the `.wasm` builds are included as text, so no other files are needed.
 * The Content-Security-Policy must allow `blob:`; use `albert-web/files` where it does not.
 */
import { modules } from 'albert-web:modules';
import type * as InPage from '../in-page.ts';
import type { Script } from '../load.ts';
import { blobModules } from './blob-modules.ts';

const worker = blobModules(modules);

export const script: Script = {
  expected: 'Expected a Content-Security-Policy that allows blob: in script-src and worker-src',
  startWorker: () => worker.startWorker('albert-worker.mjs', 'albert'),
  startInPage: async () => ((await worker.import('in-page.mjs')) as typeof InPage).startHost(),
  loadCache: () => import('../cache.ts'),
};
