/** What the browser reports about itself and the machine. */
import { describeAdapter, isEmulatedAdapter, isSoftwareRenderer, readRenderer } from '@albert-web/backends';

export interface Facts {
  readonly browser: string;
  readonly cores: number;
  /** Whether WebAssembly threads can share memory: the page is isolated, and the browser supports it. */
  readonly sharedMemory: boolean;
  /** The WebGL renderer, or why there is none. */
  readonly webgl: string;
  /** The WebGPU adapter, or why there is none. */
  readonly webgpu: string;
  readonly webgpuFeatures: readonly string[];
  /** For each of the two, whether it exists and is not emulated on the CPU. */
  readonly realGpu: Readonly<Record<'webgpu' | 'webgl', boolean>>;
}

/** Reads the facts in a worker, because engines are measured in workers, which may have fewer features than the page. */
export async function factsOfWorkers(): Promise<Facts> {
  const worker = new Worker(new URL('facts-worker.ts', import.meta.url), { type: 'module', name: 'facts' });
  try {
    return await new Promise<Facts>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Facts>) => resolve(data));
      worker.addEventListener('error', reject);
    });
  } catch {
    // Without workers nothing can be measured, but saved runs can be shown.
    return readFacts();
  } finally {
    worker.terminate();
  }
}

export async function readFacts(): Promise<Facts> {
  const adapter = (await navigator.gpu?.requestAdapter().catch(() => null)) ?? undefined;
  const renderer = readRenderer();
  const emulated = adapter && isEmulatedAdapter(adapter.info);
  return {
    browser: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    sharedMemory: globalThis.crossOriginIsolated && typeof SharedArrayBuffer === 'function',
    webgl: renderer ?? 'no WebGL 2',
    webgpu: adapter ? `${describeAdapter(adapter.info)}${emulated ? ', emulated' : ''}` : 'no adapter',
    webgpuFeatures: adapter ? [...adapter.features].filter((feature) => /f16|subgroups|timestamp/u.test(feature)) : [],
    realGpu: { webgpu: emulated === false, webgl: renderer !== undefined && !isSoftwareRenderer(renderer) },
  };
}
