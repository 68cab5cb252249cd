import { defineConfig } from 'tsdown';

/**
 * The types of `albert.mjs` and `service-worker.mjs`, rolled up from what `tsc --build` wrote for every package: like the scripts
 * they describe, they need nothing installed beside them.
 */
export default defineConfig({
  entry: {
    albert: './.cache/types/index.d.ts',
    'service-worker': './.cache/types/service-worker.d.ts',
  },
  dts: { dtsInput: true, emitDtsOnly: true, resolver: 'oxc' },
  noExternal: [/^@albert-web\//],
  inlineOnly: false,
  format: 'esm',
  platform: 'neutral',
  clean: false,
  outputOptions: { chunkFileNames: 'chunks/[name].mjs' },
});
