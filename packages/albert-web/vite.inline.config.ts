import { defineConfig } from 'vite';
import { thirdPartyNotices, wasmNotices, wgslAsText, withoutNode } from '@albert-web/build-tools';
import { resolve } from './build-into-dist.ts';
import { inlineBuild, writeInlineModules } from './inline-modules.ts';

/** The worker's modules as text, the `.wasm` builds inside: `vite.browser.config.ts` puts them into the script. */
export default defineConfig({
  resolve,
  plugins: [wgslAsText(), withoutNode(), thirdPartyNotices({ compiledIn: wasmNotices() }).plugin, writeInlineModules()],
  build: inlineBuild('inference', { 'albert-worker': 'src/worker.ts', 'in-page': 'src/in-page.ts' }),
});
