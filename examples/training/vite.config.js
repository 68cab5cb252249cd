import { defineConfig } from 'vite';

/** Makes the page cross-origin isolated, so that WebAssembly gets threads. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({ server: { headers } });
