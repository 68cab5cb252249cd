/**
 * The script for bundlers: the worker's modules and the `.wasm` builds are included as text, so no other files are needed.
 * The Content-Security-Policy must allow `blob:`; if it does not, use `albert-web/files`.
 */
import { modules } from 'albert-web:modules';
import type * as InPage from '../in-page.ts';
import { importPart } from './import-part.ts';
import type { Script } from '../load.ts';
import { blobModules } from './blob-modules.ts';

const worker = blobModules(modules);

const part = <T>(file: string, load: () => Promise<T>): Promise<T> => importPart(file, undefined, load);

export const script: Script = {
  expected: 'Expected a Content-Security-Policy that allows blob: in script-src and worker-src',
  startWorker: () => part('albert-worker.mjs', () => worker.startWorker('albert-worker.mjs', 'albert')),
  startInPage: async () =>
    (await part('in-page.mjs', () => worker.import('in-page.mjs') as Promise<typeof InPage>)).startHost(),
  loadCache: () => part('cache.mjs', () => import('../cache.ts')),
};
