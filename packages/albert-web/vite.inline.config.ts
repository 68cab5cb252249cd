import { defineConfig } from 'vite';
import { thirdPartyNotices, wasmNotices, wgslAsText, withoutNode } from '@albert-web/build-tools';
import { resolve } from './build-into-dist.ts';
import { inlineBuild, writeInlineModules } from './inline-modules.ts';

/** Builds the worker's modules as text, with the `.wasm` builds inlined. `vite.browser.config.ts` includes them in the script. */
export default defineConfig({
  resolve,
  plugins: [wgslAsText(), withoutNode(), thirdPartyNotices({ compiledIn: wasmNotices() }).plugin, writeInlineModules()],
  build: inlineBuild('inference', { 'albert-worker': 'src/worker.ts', 'in-page': 'src/in-page.ts' }),
});
