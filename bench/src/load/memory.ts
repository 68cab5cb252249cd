/** Measures how much of a tab's memory a model takes while it loads, until its first answer, and afterwards. */
import { collectAndPause, watchHeap } from '@albert-web/browser/heap';
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
      const { before, peak, after } = await watchHeap(devtools, () =>
        loadPage.evaluate((page, [what, model]) => page.keep(what, model), [what, model] as const),
      );
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

async function wasmBytes(devtools: CDPSession): Promise<{ given: number; own: number }> {
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'wasmBytes()', returnByValue: true });
  return result.value as { given: number; own: number };
}
