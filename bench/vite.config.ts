/** Builds the benchmark page. Everything it measures is bundled with it or copied next to it: a run contacts no other server. */
import { createReadStream } from 'node:fs';
import { readFile, readdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { thirdPartyNotices, wasmNotices, wgslAsText, withoutNode } from '@albert-web/build-tools';

/** Returns files by their path relative to the page: `.wasm` builds, and the scripts that ONNX Runtime's threads start from. */
async function runtimeFiles(): Promise<Map<string, string>> {
  const installed = async (packageName: string, from = import.meta.url): Promise<string> => {
    const bundle = createRequire(from).resolve(packageName);
    return dirname(await realpath(bundle));
  };
  const transformers = await installed('@huggingface/transformers');
  const folders: [string, string, RegExp][] = [
    [
      'wasm',
      fileURLToPath(new URL('../packages/kernels/src/build', import.meta.url)),
      /^(testing-)?(plain|relaxed).*\.wasm$/u,
    ],
    ['wasm', await installed('@tensorflow/tfjs-backend-wasm'), /\.wasm$/u],
    ['weights/default', fileURLToPath(new URL('../weights/default', import.meta.url)), /\.(json|safetensors|model)$/u],
    ['ort', await installed('onnxruntime-web'), /^ort-wasm-simd-threaded(\.asyncify)?\.(mjs|wasm)$/u],
    [
      'litert-runtime',
      join(await installed('@litertjs/core'), '../wasm'),
      /^litert_wasm(_compat|_threaded)?_internal\.(js|wasm)$/u,
    ],
    [
      'transformers',
      await installed('onnxruntime-web', join(transformers, 'index.js')),
      /^ort-wasm-simd-threaded\.asyncify\.(mjs|wasm)$/u,
    ],
  ];
  const files = new Map<string, string>();
  for (const [target, folder, wanted] of folders) {
    const names = await searchUp(folder, wanted);
    for (const [name, path] of names) files.set(`${target}/${name}`, path);
  }
  return files;
}

/** Looks in the folders around an entry point: tfjs keeps its `.wasm` files in `dist`, its entry points sometimes elsewhere. */
async function searchUp(folder: string, wanted: RegExp): Promise<[string, string][]> {
  for (const candidate of [folder, join(folder, 'dist'), dirname(folder)]) {
    const names = (await readdir(candidate).catch(() => [])).filter((name) => wanted.test(name));
    if (names.length > 0) return names.map((name) => [name, join(candidate, name)]);
  }
  throw new Error(`no file like ${wanted} in ${folder}: run \`npm run build\` in the root of the repository`);
}

function serveRuntimeFiles(): Plugin {
  return {
    name: 'runtime-files',
    async generateBundle() {
      for (const [fileName, path] of await runtimeFiles()) {
        this.emitFile({ type: 'asset', fileName, source: await readFile(path) });
      }
    },
    async configureServer(server) {
      const files = await runtimeFiles();
      server.middlewares.use((request, response, next) => {
        const path = files.get((request.url ?? '').replace(/^\//u, '').replace(/\?.*$/u, ''));
        if (!path) return next();
        response.setHeader('Content-Type', path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript');
        createReadStream(path).pipe(response);
      });
    },
  };
}

const notices = thirdPartyNotices({ compiledIn: wasmNotices(), fileName: 'THIRD-PARTY-NOTICES.txt' });

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [wgslAsText(), withoutNode(), serveRuntimeFiles(), notices.plugin],
  // The worker that measures includes every engine, in chunks like the page.
  worker: { format: 'es', plugins: () => [wgslAsText(), withoutNode(), notices.ofWorkers()] },
  // ONNX Runtime's own wasm is found by path; without this condition it would be inlined a second time.
  resolve: { conditions: ['source', 'onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  // Not minified: tfjs's threads start from the text of a function, which must still make sense by itself.
  build: { target: 'es2023', outDir: 'dist', emptyOutDir: true, minify: false, chunkSizeWarningLimit: 4096 },
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
});
