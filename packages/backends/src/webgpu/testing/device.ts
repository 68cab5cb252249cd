/** One device for all kernel tests of a file. */
import { backendUnderTest } from '@albert-web/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { BufferPool } from '../buffers.ts';
import type { WebgpuDevice } from '../device.ts';
import { requestDevice } from '../device.ts';

/** What a kernel test works with; set before the first test. */
export interface Bench {
  readonly device: GPUDevice;
  readonly pool: BufferPool;
}

/** Registers a suite that runs if WebGPU is the backend under test, and is skipped with a note otherwise. */
export function describeOnWebgpu(title: string, define: (bench: () => Bench) => void): void {
  if (backendUnderTest() !== 'webgpu') {
    describe(title, () => it.skip('needs a browser with WebGPU'));
    return;
  }
  describe(title, () => {
    let opened: WebgpuDevice | undefined;
    let bench: Bench | undefined;
    beforeAll(async () => {
      opened = await requestDevice();
      bench = { device: opened.device, pool: new BufferPool(opened.device) };
    });
    afterAll(() => {
      bench?.pool.dispose();
      opened?.destroy();
    });
    define(() => {
      if (!bench) throw new Error('the device is opened in beforeAll');
      return bench;
    });
  });
}
