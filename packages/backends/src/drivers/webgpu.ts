/** WebGPU: the fastest backend on a real GPU. */
import type { BackendDriver } from '../driver.ts';
import { describeAdapter, isEmulatedAdapter, softwareError } from '../software.ts';
import { requestAdapter } from '../webgpu/adapter.ts';

export const webgpuDriver: BackendDriver = {
  name: 'webgpu',
  async start({ powerPreference, probeTimeout: timeout }, acceptSoftware, timedOut) {
    const adapter = await requestAdapter({ powerPreference, timeout });
    if (!acceptSoftware && isEmulatedAdapter(adapter.info)) {
      throw softwareError('webgpu', describeAdapter(adapter.info));
    }
    const { startWebgpu } = await import('../webgpu/start-webgpu.ts');
    return startWebgpu(adapter, { timeout }, timedOut);
  },
};
