import { readFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';
import { wgslAsText } from '@albert-web/build-tools';

const common: UserConfig = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  outDir: 'lib',
  clean: false,
  fixedExtension: false,
  inlineOnly: false,
  outputOptions: { chunkFileNames: '[name].js' },
};

/** The entries that run in this process: in Node, in a server, in a worker of one's own. Rooms are inside, and shared. */
const entries = {
  node: 'src/node.ts',
  training: 'src/training.ts',
  tokenizer: 'src/tokenizer.ts',
  checkpoints: 'src/checkpoints.ts',
  backends: 'src/backends.ts',
  core: 'src/core.ts',
  pipelines: 'src/pipelines.ts',
  react: 'src/react.ts',
};

/** Of rooms as they are written, without a build of their own. */
const fromSources: UserConfig = {
  dts: false,
  // This package itself: what a page and Node import under that name differ.
  external: [/^node:/, 'albert-web', 'react'],
  noExternal: [/^@albert-web\//],
  inputOptions: { resolve: { conditionNames: ['source', 'import', 'module', 'default'] } },
  plugins: [wgslAsText(), wasmInside(), gradientsBeside()],
};

export default defineConfig([
  // One file a module, so that bundlers shake out what is not used.
  { ...common, ...fromSources, entry: entries, unbundle: true },
  // A program, not a library: one file, Node only.
  {
    ...common,
    ...fromSources,
    entry: { cli: '../cli/src/main.ts' },
    platform: 'node',
    // In the same folder as the entries, under names that are not theirs.
    outputOptions: { chunkFileNames: 'cli-[name].js' },
  },
  // Bare Node cannot resolve the deep imports inside tfjs-core, so this one file holds what it imports.
  {
    ...common,
    dts: false,
    entry: { 'all-gradients': '../core/src/tfjs/all-gradients.ts' },
    noExternal: [/tfjs-core/],
  },
  // Types, rolled up from what `tsc --build` wrote for every room: they need nothing installed beside them but tfjs's.
  {
    ...common,
    dts: { dtsInput: true, emitDtsOnly: true, resolver: 'oxc' },
    noExternal: [/^@albert-web\//],
    entry: {
      browser: './.cache/types/index.d.ts',
      node: './.cache/types/node.d.ts',
      'service-worker': './.cache/types/service-worker.d.ts',
      training: './.cache/types/training.d.ts',
      'training-session': './.cache/types/training-session.d.ts',
      tokenizer: './.cache/types/tokenizer.d.ts',
      checkpoints: './.cache/types/checkpoints.d.ts',
      backends: './.cache/types/backends.d.ts',
      core: './.cache/types/core.d.ts',
      pipelines: './.cache/types/pipelines.d.ts',
      react: './.cache/types/react.d.ts',
      'all-gradients': './.cache/types/all-gradients.d.ts',
    },
  },
]);

/** Puts the `.wasm` builds where their addresses stand, so that no bundler has to find them. */
function wasmInside() {
  return {
    name: 'wasm-inside',
    transform(code: string, id: string) {
      if (!id.endsWith('/kernels/src/module.ts')) return undefined;
      return code.replaceAll(/new URL\(["']\.\/build\/([\w-]+\.wasm)["'], import\.meta\.url\)/gu, (_, file: string) => {
        const bytes = readFileSync(new URL(`../kernels/src/build/${file}`, import.meta.url));
        return `new URL("data:application/wasm;base64,${bytes.toString('base64')}")`;
      });
    },
  };
}

function gradientsBeside() {
  return {
    name: 'gradients-beside',
    resolveId: (id: string) =>
      id === '@albert-web/core/all-gradients' ? { id: 'albert-web/internal/all-gradients', external: true } : undefined,
  };
}
