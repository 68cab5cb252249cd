/** How much of a tab's memory a model takes while it loads and gives its first answer, and after. */
import type { Browser, CDPSession } from 'playwright';
import { visit, withFreshProfile } from './visits.ts';

/** All as multiples of the bytes of the weights, beyond what the page held before. */
export interface MemoryReport {
  /** Most that JavaScript objects and array buffers took at any time until the first answer. */
  readonly peakHeap: number;
  /** What is left of it after a garbage collection. */
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
        wasm: wasm.given / weightBytes,
        tfjsWasm: wasm.own / weightBytes,
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

async function wasmBytes(devtools: CDPSession): Promise<{ given: number; own: number }> {
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'wasmBytes()', returnByValue: true });
  return result.value as { given: number; own: number };
}
