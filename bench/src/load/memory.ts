/** How much of a tab's memory a model takes while it loads, and after. */
import type { Browser, CDPSession } from 'playwright';
import { visit, withFreshProfile } from './visits.ts';

/** All as multiples of the bytes of the weights, beyond what the page held before. */
export interface MemoryReport {
  /** Most that JavaScript objects and array buffers took at any time until the model was ready. */
  readonly peakHeap: number;
  /** What is left of it after a garbage collection. */
  readonly heapAfter: number;
  /** The memory of WebAssembly modules when it is ready, which holds the packed weights. */
  readonly wasmAfter: number;
}

/** Counts the memories that WebAssembly modules are given; the heap's own figures leave them out. */
const countWasm = `{
  const { Memory } = WebAssembly;
  const memories = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  globalThis.wasmBytes = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}`;

/** Loads the weights alone, or the model until it could answer, watching the heap of the page from outside. */
export async function measureMemory(
  browser: Browser,
  url: string,
  what: 'weights' | 'model',
  model: string,
  weightBytes: number,
): Promise<MemoryReport> {
  return withFreshProfile(browser, async (context) => {
    await context.addInitScript(countWasm);
    return visit(context, url, { name: 'localhost' }, async ({ loadPage, devtools }) => {
      await loadPage.evaluate((page) => page.prepare());
      const before = await settledHeap(devtools);
      const peak = await highestHeap(
        devtools,
        loadPage.evaluate((page, [what, model]) => page.keep(what, model), [what, model] as const),
      );
      const after = await settledHeap(devtools);
      const wasm = await wasmBytes(devtools);
      return {
        peakHeap: (peak - before) / weightBytes,
        heapAfter: (after - before) / weightBytes,
        wasmAfter: wasm / weightBytes,
      };
    });
  });
}

/** The largest heap seen while `work` runs, asked for as often as the page answers. */
async function highestHeap(devtools: CDPSession, work: Promise<void>): Promise<number> {
  const ended = new AbortController();
  const done = work.finally(() => ended.abort());
  let highest = 0;
  while (!ended.signal.aborted) highest = Math.max(highest, await heap(devtools));
  await done;
  return highest;
}

async function settledHeap(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return heap(devtools);
}

/** Objects and array buffers, in bytes. The second figure is younger than the protocol's published types. */
async function heap(devtools: CDPSession): Promise<number> {
  const { usedSize, backingStorageSize = 0 } = (await devtools.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return usedSize + backingStorageSize;
}

async function wasmBytes(devtools: CDPSession): Promise<number> {
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'wasmBytes()' });
  return Number(result.value);
}
