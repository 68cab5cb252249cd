/** What the browser says of itself and of the machine. */
import { isSoftwareRenderer, readRenderer } from '@albert-web/backends';

export interface Facts {
  readonly browser: string;
  readonly cores: number;
  /** Whether WebAssembly threads can share memory: the page is isolated, and the browser has it. */
  readonly sharedMemory: boolean;
  /** WebGL's renderer, or why there is none. */
  readonly webgl: string;
  /** WebGPU's adapter, or why there is none. */
  readonly webgpu: string;
  readonly webgpuFeatures: readonly string[];
  /** Which of the two is there and not emulated on the CPU. */
  readonly realGpu: Readonly<Record<'webgpu' | 'webgl', boolean>>;
}

export async function readFacts(): Promise<Facts> {
  const adapter = (await navigator.gpu?.requestAdapter().catch(() => null)) ?? undefined;
  const renderer = readRenderer();
  const names = adapter && [adapter.info.vendor, adapter.info.architecture, adapter.info.description].filter(Boolean);
  const webgpu = names?.join(' ') || 'unnamed adapter';
  const emulated = adapter && (adapter.info.isFallbackAdapter || isSoftwareRenderer(webgpu));
  return {
    browser: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    sharedMemory: globalThis.crossOriginIsolated && typeof SharedArrayBuffer === 'function',
    webgl: renderer ?? 'no WebGL 2',
    webgpu: adapter ? `${webgpu}${emulated ? ', emulated' : ''}` : 'no adapter',
    webgpuFeatures: adapter ? [...adapter.features].filter((feature) => /f16|subgroups|timestamp/u.test(feature)) : [],
    realGpu: { webgpu: emulated === false, webgl: renderer !== undefined && !isSoftwareRenderer(renderer) },
  };
}
