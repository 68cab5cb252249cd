import type { BackendName } from '@albert-web/core/spec';
import type { BackendDriver } from '../driver.ts';

/** The driver of each backend; its code is loaded when the backend is tried. */
export const drivers: Readonly<Record<BackendName, () => Promise<BackendDriver>>> = {
  webgpu: async () => (await import('./webgpu.ts')).webgpuDriver,
  webgl: async () => (await import('./webgl.ts')).webglDriver,
  wasm: async () => (await import('./wasm.ts')).wasmDriver,
  cpu: async () => (await import('./cpu.ts')).cpuDriver,
};
