/** WebGPU: the fastest path, where there is a real adapter behind it. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver } from '../driver.ts';
import { softwareError } from '../software.ts';
import { compileWebgpuKernels, createWebgpuExecutor, registerDevice, requestDevice } from '../webgpu/index.ts';

export const webgpuDriver: BackendDriver = {
  name: 'webgpu',
  async start({ powerPreference, probeTimeout }, acceptSoftware) {
    const device = await requestDevice({ powerPreference, timeout: probeTimeout });
    if (device.software && !acceptSoftware) {
      device.destroy();
      throw softwareError('webgpu', device.description);
    }
    await registerDevice(device);
    await tf.setBackend('webgpu');
    return {
      description: device.description,
      precisions: ['f32', 'f16', 'q8'],
      guard: device.health.guard,
      compile: compileWebgpuKernels,
      createExecutor: (config, weights, precision) => createWebgpuExecutor(config, weights, { precision }),
    };
  },
};
