/** LiteRT.js, with XNNPACK on WebAssembly, on files that `scripts/litert_models.py` makes from the same weights. */
import { AlbertError } from '@albert-web/errors';
import type { RawInputs } from '@albert-web/core';
import type * as LiteRt from '@litertjs/core';
import type { Candidate } from '../report/report.ts';
import type { BenchModel, EngineSettings, LoadedModel } from './engine.ts';

/**
 * A .tflite file has a fixed length, so each length is a separate model. Only the last one is kept, because the runtime's memory
 * cannot hold those of all lengths. Rows of a batch run one after another.
 */
export async function openLiteRt(
  { backend, precision }: Candidate,
  { shape }: BenchModel,
  { threads, baseUrl }: EngineSettings,
): Promise<LoadedModel> {
  const { loadAndCompile, Tensor } = await startRuntime(new URL('litert-runtime/', baseUrl), threads > 1);
  let current: { readonly length: number; readonly model: LiteRt.CompiledModel } | undefined;
  const compile = async (length: number): Promise<LiteRt.CompiledModel> => {
    const bytes = await fetchModel(new URL(`litert/${shape}-${length}-${precision}.tflite`, baseUrl));
    return loadAndCompile(bytes, {
      accelerator: backend === 'webgpu' ? 'webgpu' : 'wasm',
      cpuOptions: { numThreads: threads },
    });
  };
  const discard = (): void => {
    current?.model.delete();
    current = undefined;
  };
  const modelOf = async (length: number): Promise<LiteRt.CompiledModel> => {
    if (current?.length !== length) {
      discard();
      current = { length, model: await compile(length) };
    }
    return current.model;
  };
  const logitsOf = async (ids: Int32Array): Promise<Float32Array> => {
    const model = await modelOf(ids.length);
    const input = new Tensor(ids, [1, ids.length]);
    try {
      const [output] = await model.run(input);
      if (!output) throw new TypeError('LiteRT.js gave no output');
      const onHost = await output.moveTo('wasm');
      // Copied, because the tensor's memory is freed.
      const logits = Float32Array.from(onHost.toTypedArray());
      onHost.delete();
      return logits;
    } finally {
      input.delete();
    }
  };
  return {
    threads,
    prepare: async (_batch, length) => void (await modelOf(length)),
    async run({ inputIds }: RawInputs) {
      const logits: number[] = [];
      for (const row of inputIds) logits.push(...(await logitsOf(Int32Array.from(row))));
      return Float32Array.from(logits);
    },
    dispose: () => Promise.resolve(discard()),
  };
}

/** The runtime of this worker, whose number of threads never changes. */
let runtime: Promise<typeof LiteRt> | undefined;

function startRuntime(files: URL, threads: boolean): Promise<typeof LiteRt> {
  runtime ??= loadRuntime(files, threads);
  return runtime;
}

/**
 * LiteRT.js loads the script of its runtime with `importScripts`, which throws in a module worker. So the script is loaded first,
 * as a module, and `importScripts` has nothing left to load.
 */
async function loadRuntime(files: URL, threads: boolean): Promise<typeof LiteRt> {
  const litert = await import('@litertjs/core');
  const relaxed = await litert.supportsFeature('relaxedSimd');
  const build = threads ? '_threaded' : relaxed.supported ? '' : '_compat';
  const script = new URL(`litert_wasm${build}_internal.js`, files).href;
  Object.assign(globalThis, {
    ModuleFactory: await loadFactory(script),
    importScripts: () => undefined,
    // Emscripten's settings: where the runtime's files are, and the script that its threads start from.
    Module: { locateFile: (name: string) => new URL(name, files).href, mainScriptUrlOrBlob: script },
  });
  await litert.loadLiteRt(files.href, { threads });
  return litert;
}

async function loadFactory(script: string): Promise<unknown> {
  const response = await fetch(script);
  const source = `${await response.text()}\nexport default ModuleFactory;`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const module = (await import(/* @vite-ignore */ url)) as { readonly default: unknown };
  URL.revokeObjectURL(url);
  return module.default;
}

async function fetchModel(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new AlbertError({
    problem: `LiteRT.js has no ${url.pathname.split('/').at(-1)}`,
    remedy: 'Make its models with bench/scripts/litert_models.py and run `albert bench --peers`',
  });
}
