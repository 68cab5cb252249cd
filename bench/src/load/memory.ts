/** Measures how much of a tab's memory a model takes while it loads, until its first answer, and afterwards. */
import type { Browser, CDPSession } from 'playwright';
import { visit, withFreshProfile } from './visits.ts';

/** Memory beyond what the page used before, in multiples of the weights' size. */
export interface MemoryReport {
  /** Peak of JavaScript objects and array buffers until the first answer. */
  readonly peakHeap: number;
  /** The same for array buffers alone, which hold the weights. Garbage from other objects varies from run to run. */
  readonly peakBuffers: number;
  /** Size of the heap afterwards, after a garbage collection. */
  readonly heapAfter: number;
  /** Memory of our own module, with packed weights and the scratch space of a pass. It never shrinks, so this is also its peak. */
  readonly wasm: number;
  /** Memory of tfjs's module, which starts at 16 MiB whatever it computes. */
  readonly tfjsWasm: number;
}

/** Counts the memories of WebAssembly modules, which heap figures leave out. Our module imports its memory; tfjs's exports its own. */
const countWasm = `{
  const { Memory } = WebAssembly;
  const given = new Set();
  const own = new Set();
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) {
      super(descriptor);
      given.add(this);
    }
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const start = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const started = await start.apply(WebAssembly, args);
      for (const value of Object.values((started.instance ?? started).exports)) {
        if (value instanceof Memory && !given.has(value)) own.add(value);
      }
      return started;
    };
  }
  const bytesOf = (memories) => Array.from(memories, ({ buffer }) => buffer.byteLength).reduce((sum, bytes) => sum + bytes, 0);
  globalThis.wasmBytes = () => ({ given: bytesOf(given), own: bytesOf(own) });
}`;

/**
 * Collects garbage before each file is hashed, so that the amount of garbage is about the same each time, even on a busy machine.
 * Buffers are freed in the background after a collection; the second collection waits for that.
 *
 * Pauses before a buffer is transferred. Memory peaks there, in the middle of a task, during which the page cannot be polled.
 */
const collectAndPause = `{
  const { digest } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.digest = function (...args) {
    gc();
    gc();
    return digest.apply(this, args);
  };
  const { transfer } = ArrayBuffer.prototype;
  ArrayBuffer.prototype.transfer = function (...args) {
    debugger;
    return transfer.apply(this, args);
  };
}`;

/** Loads the weights alone, or the model until its first answer, while it polls the page's heap from outside. */
export async function measureMemory(
  browser: Browser,
  url: string,
  what: 'weights' | 'model',
  model: string,
  weightBytes: number,
): Promise<MemoryReport> {
  return withFreshProfile(browser, async (context) => {
    await context.addInitScript(countWasm);
    await context.addInitScript(collectAndPause);
    return visit(context, url, { name: 'localhost' }, async ({ loadPage, devtools }) => {
      await loadPage.evaluate((page) => page.prepare());
      // Enabled before the first look, because the debugger itself takes memory.
      await devtools.send('Debugger.enable');
      const before = await settledHeap(devtools);
      const peak = await highestHeap(devtools, () =>
        loadPage.evaluate((page, [what, model]) => page.keep(what, model), [what, model] as const),
      );
      const after = await settledHeap(devtools);
      const wasm = await wasmBytes(devtools);
      return {
        peakHeap: (peak.all - before.all) / weightBytes,
        peakBuffers: (peak.buffers - before.buffers) / weightBytes,
        heapAfter: (after.all - before.all) / weightBytes,
        wasm: wasm.given / weightBytes,
        tfjsWasm: wasm.own / weightBytes,
      };
    });
  });
}

/** Size of the JavaScript heap in bytes. */
interface Heap {
  /** Objects and array buffers. */
  readonly all: number;
  readonly buffers: number;
}

/** Returns the largest sizes seen while `work` runs. It polls as often as the page answers, and whenever it pauses. */
async function highestHeap(devtools: CDPSession, work: () => Promise<void>): Promise<Heap> {
  let highest: Heap = { all: 0, buffers: 0 };
  const look = async (): Promise<void> => {
    const { all, buffers } = await heap(devtools);
    highest = { all: Math.max(highest.all, all), buffers: Math.max(highest.buffers, buffers) };
  };
  const pauses: Promise<unknown>[] = [];
  devtools.on('Debugger.paused', () => pauses.push(look().then(() => devtools.send('Debugger.resume'))));
  const ended = new AbortController();
  const done = work().finally(() => ended.abort());
  while (!ended.signal.aborted) await look();
  await Promise.all([done, ...pauses]);
  return highest;
}

async function settledHeap(devtools: CDPSession): Promise<Heap> {
  await devtools.send('HeapProfiler.collectGarbage');
  return heap(devtools);
}

/** Reads the heap's size. The protocol's published types do not have `backingStorageSize` yet. */
async function heap(devtools: CDPSession): Promise<Heap> {
  const { usedSize, backingStorageSize = NaN } = (await devtools.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return { all: usedSize + backingStorageSize, buffers: backingStorageSize };
}

async function wasmBytes(devtools: CDPSession): Promise<{ given: number; own: number }> {
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'wasmBytes()', returnByValue: true });
  return result.value as { given: number; own: number };
}
