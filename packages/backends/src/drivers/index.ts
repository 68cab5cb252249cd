import type { BackendName } from '@albert-web/core/spec';
import type { BackendDriver } from '../driver.ts';
import { webglDriver } from './webgl.ts';
import { webgpuDriver } from './webgpu.ts';

/**
 * The driver of each backend. Those of GPUs only probe, and load their code if there is a GPU. The others always start, so their
 * code is loaded when they are tried.
 */
export const drivers: Readonly<Record<BackendName, () => Promise<BackendDriver>>> = {
  webgpu: () => Promise.resolve(webgpuDriver),
  webgl: () => Promise.resolve(webglDriver),
  wasm: async () => (await import('./wasm.ts')).wasmDriver,
  cpu: async () => (await import('./cpu.ts')).cpuDriver,
};
