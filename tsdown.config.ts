import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'tsdown';
import { wgslAsText } from '@albert-web/build-tools';

const wasmBuilds = fileURLToPath(new URL('./packages/kernels/src/build/', import.meta.url));

/** Types come from `tsc --build`, which writes into the same `dist` folders. */
const common: UserConfig = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: false,
  clean: false,
  fixedExtension: false,
  external: [/^node:/, '@albert-web/core/all-gradients'],
  plugins: [wgslAsText()],
};

export default defineConfig([
  // One `.js` a module, so that bundlers shake out what a page does not use.
  {
    ...common,
    workspace: ['packages/errors', 'packages/tokenizer', 'packages/checkpoints', 'packages/boundary'],
    entry: ['src/index.ts'],
    unbundle: true,
  },
  {
    ...common,
    cwd: 'packages/core',
    entry: ['src/index.ts', 'src/spec/index.ts', 'src/golden.ts', 'src/runtime.ts'],
    unbundle: true,
  },
  {
    ...common,
    cwd: 'packages/backends',
    entry: ['src/index.ts', 'src/wasm/bench/steps.ts'],
    unbundle: true,
  },
  {
    ...common,
    cwd: 'packages/tasks',
    entry: ['src/index.ts', 'src/albert.ts'],
    unbundle: true,
  },
  {
    ...common,
    cwd: 'packages/training',
    entry: ['src/index.ts', 'src/session/index.ts'],
    unbundle: true,
  },
  {
    ...common,
    cwd: 'packages/kernels',
    entry: ['src/index.ts', 'src/training.ts'],
    unbundle: true,
    // `new URL('./build/x.wasm', import.meta.url)` must find the files beside the module that says so.
    copy: readdirSync(wasmBuilds).map((file) => ({ from: `src/build/${file}`, to: 'dist/build' })),
  },
  // Bare Node cannot resolve the deep imports inside tfjs-core, so this one entry holds what it imports.
  {
    ...common,
    cwd: 'packages/core',
    entry: { 'tfjs/all-gradients': 'src/tfjs/all-gradients.ts' },
    noExternal: [/tfjs-core/],
    inlineOnly: ['@tensorflow/tfjs-core'],
  },
  // A program, not a library: one file, Node only.
  { ...common, cwd: 'packages/cli', platform: 'node', entry: ['src/main.ts'] },
]);
