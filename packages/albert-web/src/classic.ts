/** Entry of the classic script: `<script src="albert.js"></script>` gives `window.albert` and `<albert-paraphrase>`. */
import type { ModelLocation } from '@albert-web/checkpoints';
import { defineElementsWith } from './element.ts';
import { WorkerError } from '@albert-web/boundary';
import * as errors from './errors.ts';
import * as functions from './functions.ts';
import type * as Cache from './cache.ts';
import { cacheFunctions } from './cache-functions.ts';
import { loadInHost, workerFrom, type BrowserLoadOptions, type Script } from './load.ts';
import type * as InPage from './in-page.ts';
import type { Model } from './model.ts';
import { ScriptError } from './script/errors.ts';
import { importPart } from './script/import-part.ts';

/** `document.currentScript` is set only during the first run of the script. */
const url = (document.currentScript as HTMLScriptElement | null)?.src ?? document.baseURI;
const beside = (file: string): URL => new URL(file, url);

const part = <T>(file: string): Promise<T> =>
  importPart(file, url, () => import(/* @vite-ignore */ beside(file).href) as Promise<T>);

const script: Script = {
  url,
  expected: 'Expected albert-worker.mjs and its chunks beside the script',
  startWorker: () => {
    const worker = beside('albert-worker.mjs');
    return workerFrom(worker, () => new Worker(worker, { type: 'module', name: 'albert' }));
  },
  startInPage: async () => (await part<typeof InPage>('in-page.mjs')).startHost(),
  loadCache: () => part<typeof Cache>('cache.mjs'),
};

const load = (location?: ModelLocation, options?: BrowserLoadOptions): Promise<Model> =>
  loadInHost(script, location, options);

const albert = {
  load,
  ...cacheFunctions(script),
  ...functions,
  ...errors,
  ScriptError,
  WorkerError,
};

declare global {
  interface Window {
    albert?: typeof albert;
  }
}

// If the script is included twice, keep the first instance: the page's models may belong to it.
if (!window.albert) {
  window.albert = albert;
  defineElementsWith(load);
}
