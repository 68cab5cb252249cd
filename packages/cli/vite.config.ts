import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { thirdPartyNotices, wasmNotices, wgslAsText, withoutNode } from '@albert-web/build-tools';
import { defineConfig, type Plugin } from 'vite';

/** Builds the page that the CLI opens in headless Chromium. */
export default defineConfig({
  root: fileURLToPath(new URL('./page/', import.meta.url)),
  base: './',
  plugins: [wgslAsText(), withoutNode(), wasmFiles(), thirdPartyNotices({ compiledIn: wasmNotices() }).plugin],
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 5000 },
});

/** Copies our `.wasm` builds to `wasm/`, the folder that `page/main.ts` passes as `wasmFiles`. */
function wasmFiles(): Plugin {
  const builds = new URL('../kernels/src/build/', import.meta.url);
  return {
    name: 'wasm-files',
    apply: 'build',
    generateBundle() {
      for (const file of readdirSync(builds).filter((name) => name.endsWith('.wasm')))
        this.emitFile({ type: 'asset', fileName: `wasm/${file}`, source: readFileSync(new URL(file, builds)) });
    },
  };
}
