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

/** The entries that run in the current thread: in Node, on a server, in a user's own worker. They share the bundled packages. */
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

/** Bundles the packages from their sources, without building them first. */
const fromSources: UserConfig = {
  dts: false,
  // 'albert-web' itself is external, because it resolves to different files in a page and in Node.
  external: [/^node:/, 'albert-web', 'react'],
  noExternal: [/^@albert-web\//],
  inputOptions: { resolve: { conditionNames: ['source', 'import', 'module', 'default'] } },
  plugins: [wgslAsText(), wasmInside(), gradientsBeside()],
};

export default defineConfig([
  // One file per module, so that bundlers can remove unused code.
  { ...common, ...fromSources, entry: entries, unbundle: true },
  // A program, not a library: one file, Node only.
  {
    ...common,
    ...fromSources,
    entry: { cli: '../cli/src/main.ts' },
    platform: 'node',
    // The chunks lie in the same folder as those of the entries, so they need other names.
    outputOptions: { chunkFileNames: 'cli-[name].js' },
  },
  // Plain Node cannot resolve the deep imports inside tfjs-core, so this file bundles them.
  {
    ...common,
    dts: false,
    entry: { 'all-gradients': '../core/src/tfjs/all-gradients.ts' },
    noExternal: [/tfjs-core/],
  },
  // Types, bundled from the output of `tsc --build` for every package. They depend only on tfjs's types.
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

/** Inlines the `.wasm` builds in place of their URLs, so that no bundler has to find them. */
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
