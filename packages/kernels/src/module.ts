/** Selects, compiles and instantiates the WebAssembly build for this engine. */
import { messageOf } from '@albert-web/errors';
import { WasmStartError } from './errors.ts';
import { hasRelaxedSimd, hasSimd } from './features.ts';

/** `relaxed` is the fastest where it is supported; `plain` uses the SIMD of every current browser. */
export type Simd = 'relaxed' | 'plain';

/**
 * Where the `.wasm` builds come from: the folder that holds them, or a function that gives the URL or the bytes of one by
 * its file name. Default: beside this module, where bundlers put them.
 */
export type WasmFiles = string | URL | ((file: string) => string | URL | Promise<BufferSource>);

/** The module's functions; `Pass` and `Job` are addresses of records: see layouts.ts. */
export interface Kernels {
  /** The first address that the module's constants leave free. */
  heapStart(): number;
  /** Runs the job in memory, with the help of the other threads. */
  run(job: number): void;
  packRows(pass: number, source: number, width: number, out: number): void;
  unpackRows(pass: number, source: number, width: number, out: number): void;
  /** What the least activation is stored as on this machine: `topBit` is 128. See assembly/inference/tile-q8.ts. */
  leastActivation(dot: number, topBit: number): number;
  /** Whether products of 8 bits are summed without loss on this machine: `largest` is 255. */
  isExact(dot: number, largest: number): number;
  /** Multiplies one tile so many times, for timing; `scratch` is 64 KiB. */
  rehearse(dot: number, rows: number, panels: number, times: number, scratch: number): void;
}

/** The build's memory limit in pages of 64 KiB. A memory created for it must repeat this limit. */
const maxPages = 16384;

/** Written out one by one so that bundlers see four assets. */
const ownFiles: Readonly<Record<string, () => URL>> = {
  'relaxed.wasm': () => new URL('./build/relaxed.wasm', import.meta.url),
  'relaxed-threads.wasm': () => new URL('./build/relaxed-threads.wasm', import.meta.url),
  'plain.wasm': () => new URL('./build/plain.wasm', import.meta.url),
  'plain-threads.wasm': () => new URL('./build/plain-threads.wasm', import.meta.url),
};

/** The best instruction set here. @throws WasmStartError where there is no SIMD at all. */
export function chooseSimd(): Simd {
  if (hasRelaxedSimd()) return 'relaxed';
  if (hasSimd()) return 'plain';
  throw new WasmStartError({
    problem: 'This browser has no WebAssembly SIMD',
    remedy: 'Update the browser, or use the cpu backend',
    reason: { code: 'missing' },
  });
}

/** @throws WasmStartError when the file cannot be fetched or compiled. */
export async function compileBuild(simd: Simd, threaded: boolean, files?: WasmFiles): Promise<WebAssembly.Module> {
  const name = `${simd}${threaded ? '-threads' : ''}.wasm`;
  try {
    const place = placeOf(name, files);
    if (!(place instanceof URL)) return await WebAssembly.compile(await place);
    return await compileOnce(place);
  } catch (error) {
    throw new WasmStartError(
      {
        problem: `The WebAssembly module ${name} did not load: ${messageOf(error)}`,
        remedy:
          'Serve the .wasm files of @albert-web/kernels beside its modules or name their folder in the option "wasmFiles"; under a content security policy allow \'wasm-unsafe-eval\'',
        reason: { code: 'not-loaded', file: name },
      },
      { cause: error },
    );
  }
}

/** A memory for one executor. */
export function createMemory(shared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 16, maximum: maxPages, shared });
}

export async function startKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Kernels> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, now: () => performance.now() } });
  return exports as unknown as Kernels;
}

/** Compiled builds by URL: every executor needs one, and so does the self-check before it. */
const compiled = new Map<string, Promise<WebAssembly.Module>>();

function compileOnce(url: URL): Promise<WebAssembly.Module> {
  const known = compiled.get(url.href);
  if (known) return known;
  const module = readBuild(url).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(url.href, module);
  // Allows a retry after a failed fetch.
  module.catch(() => compiled.delete(url.href));
  return module;
}

/** Where a build is, or its bytes. */
function placeOf(name: string, files: WasmFiles | undefined): URL | Promise<BufferSource> {
  const found = typeof files === 'function' ? files(name) : files && new URL(name, withSlash(files));
  if (found instanceof Promise) return found;
  return absolute(found ?? ownFiles[name]?.() ?? name);
}

async function readBuild(url: URL): Promise<BufferSource> {
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises');
    return readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${response.url}`);
  return response.arrayBuffer();
}

/** `new URL(name, folder)` replaces the last part of a folder that does not end in a slash. */
function withSlash(folder: string | URL): URL {
  return absolute(String(folder).replace(/\/?$/u, '/'));
}

function absolute(url: string | URL): URL {
  return new URL(url, (globalThis as { location?: { href: string } }).location?.href);
}
