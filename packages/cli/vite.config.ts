import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { copyWasmFiles } from '../../scripts/copy-wasm-files.ts';
import { thirdPartyNotices } from '../../scripts/third-party-notices.ts';
import { wgslAsText } from '../../scripts/wgsl-as-text.ts';
import { withoutNode } from '../../scripts/without-node.ts';
import { wasmNotices } from '../albert-web/wasm-notices.ts';

/** The page that `albert verify` opens in headless Chromium. */
export default defineConfig({
  root: fileURLToPath(new URL('./page/', import.meta.url)),
  base: './',
  plugins: [
    wgslAsText(),
    withoutNode(),
    copyWasmFiles('wasm'),
    thirdPartyNotices({ compiledIn: wasmNotices() }).plugin,
  ],
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 5000 },
});
