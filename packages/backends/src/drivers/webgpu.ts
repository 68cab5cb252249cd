/** WebGPU: the fastest path, where there is a real adapter behind it. */
import * as tf from '@tensorflow/tfjs-core';
import { createPlainExecutor } from '@albert-web/core';
import type { BackendDriver } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { isSoftwareRenderer } from '../software.ts';

export const webgpuDriver: BackendDriver = {
  name: 'webgpu',
  async start({ powerPreference }) {
    if (typeof navigator === 'undefined' || !navigator.gpu) {
      throw new BackendUnavailableError({ problem: 'WebGPU is not available', remedy: 'Use a current browser' });
    }
    const adapter = await navigator.gpu.requestAdapter(powerPreference ? { powerPreference } : {});
    if (!adapter) {
      throw new BackendUnavailableError({
        problem: 'WebGPU is there, but the browser gives no adapter',
        remedy: 'Turn on hardware acceleration, or update the graphics driver',
      });
    }
    const { vendor, architecture, description } = adapter.info;
    const name = [description || vendor, architecture].filter(Boolean).join(' ');
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    tf.removeBackend('webgpu');
    const device = await adapter.requestDevice();
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3);
    await tf.setBackend('webgpu');
    return {
      description: name,
      software: adapter.info.isFallbackAdapter || isSoftwareRenderer(name),
      precisions: ['f32'],
      createExecutor: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
    };
  },
};
