/** How much of a tab's memory a model takes while it loads and gives its first answer, and after. */
import type { Browser, CDPSession } from 'playwright';
import { visit, withFreshProfile } from './visits.ts';

/** All as multiples of the bytes of the weights, beyond what the page held before. */
export interface MemoryReport {
  /** Most that JavaScript objects and array buffers took at any time until the first answer. */
  readonly peakHeap: number;
  /** The same of array buffers alone, which hold the weights. The garbage of objects is not the same each time. */
  readonly peakBuffers: number;
  /** What is left of the heap after a garbage collection. */
  readonly heapAfter: number;
  /** Our own module's memory then, which holds the packed weights and the scratch of a pass. It never shrinks: its peak too. */
  readonly wasm: number;
  /** The same of tfjs's module, which starts at 16 MiB whatever it computes. */
  readonly tfjsWasm: number;
}

/** Counts the memories of WebAssembly modules, which the heap's own figures leave out: ours is given to it, tfjs's is its own. */
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
 * Collects garbage before each file is hashed, so that what the browser happens to keep of it is about the same each time, also on a
 * busy machine. Buffers are freed in the background after a collection; the second one waits for that.
 *
 * Pauses before a buffer is given back: most is held there, in the middle of a task, in which the page answers nothing.
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

/** Loads the weights alone, or the model until it has answered, watching the heap of the page from outside. */
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
      // Before the first look: the debugger takes memory itself.
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

/** What JavaScript takes, in bytes. */
interface Heap {
  /** Objects and array buffers. */
  readonly all: number;
  readonly buffers: number;
}

/** The most of each that is seen while `work` runs, asked for as often as the page answers and wherever it pauses. */
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

/** The second figure of the protocol is younger than its published types. */
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
