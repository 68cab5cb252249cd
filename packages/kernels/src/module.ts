/** Selects, compiles and instantiates the WebAssembly build for this engine. */
import { allocateWith, messageOf } from '@albert-web/errors';
import { WasmStartError } from './errors.ts';
import { hasRelaxedSimd, hasSimd } from './features.ts';
import { pageBytes } from './heap.ts';

/** `relaxed` is the fastest if it is supported; `plain` uses the SIMD of every current browser. */
export type Simd = 'relaxed' | 'plain';

/**
 * Where the `.wasm` builds come from: their folder, or a function that returns the URL or the bytes of one, given its file
 * name. Default: next to this module, where bundlers put them.
 */
export type WasmFiles = string | URL | ((file: string) => string | URL | Promise<BufferSource>);

/** The module's exports. `pass` and `job` are addresses of records: see layouts.ts. */
export interface Kernels {
  /** Returns the first address after the module's constants. */
  heapStart(): number;
  /** Runs a job, with the help of the other threads. */
  run(job: number): void;
  packRows(pass: number, source: number, width: number, out: number): void;
  unpackRows(pass: number, source: number, width: number, out: number): void;
  /** Returns how the smallest activation is stored on this machine. `topBit` is 128: see assembly/inference/tile-q8.ts. */
  leastActivation(dot: number, topBit: number): number;
  /** Returns whether 8-bit products are summed exactly on this machine. `largest` is 255. */
  isExact(dot: number, largest: number): number;
  /** Multiplies one tile `times` times, for timing; `scratch` is 64 KiB. */
  benchmarkTile(dot: number, rows: number, panels: number, times: number, scratch: number): void;
}

/** The build's memory limit in pages of 64 KiB. A memory created for it must repeat this limit. */
const maxPages = 16384;

/** Written out in full so that bundlers see four assets. */
const ownFiles: Readonly<Record<string, () => URL>> = {
  'relaxed.wasm': () => new URL('./build/relaxed.wasm', import.meta.url),
  'relaxed-threads.wasm': () => new URL('./build/relaxed-threads.wasm', import.meta.url),
  'plain.wasm': () => new URL('./build/plain.wasm', import.meta.url),
  'plain-threads.wasm': () => new URL('./build/plain-threads.wasm', import.meta.url),
};

/** Chooses the best instruction set of this engine. @throws WasmStartError if it has no SIMD at all */
export function chooseSimd(): Simd {
  if (hasRelaxedSimd()) return 'relaxed';
  if (hasSimd()) return 'plain';
  throw new WasmStartError({
    problem: 'This browser has no WebAssembly SIMD',
    remedy: 'Update the browser, or use the cpu backend',
    reason: { code: 'missing' },
  });
}

/** Fetches and compiles a build. @throws WasmStartError if it cannot be fetched or compiled */
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
          'Serve the folder wasm of the package, or name another one in the option "wasmFiles"; under a content security policy allow \'wasm-unsafe-eval\'',
        reason: { code: 'not-loaded', file: name },
      },
      { cause: error },
    );
  }
}

/**
 * Creates a memory for one executor. For a shared one, the engine reserves the address space up to its maximum.
 *
 * @throws OutOfMemoryError
 */
export function createMemory(shared: boolean, maximum = maxPages): WebAssembly.Memory {
  const initial = 16;
  const reserved = pageBytes * (shared ? maximum : initial);
  return allocateWith(reserved, () => new WebAssembly.Memory({ initial, maximum, shared }));
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

/** Returns the URL of a build, or its bytes. */
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

/** Adds a slash to a folder, because `new URL(name, folder)` replaces the last part of one without. */
function withSlash(folder: string | URL): URL {
  return absolute(String(folder).replace(/\/?$/u, '/'));
}

function absolute(url: string | URL): URL {
  return new URL(url, (globalThis as { location?: { href: string } }).location?.href);
}
