/** WebGPU: the fastest path, where there is a real adapter behind it. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver, BackendSettings } from '../driver.ts';
import { softwareError } from '../software.ts';
import {
  compileWebgpuKernels,
  createWebgpuExecutor,
  registerFirstDevice,
  requestDevice,
  runningDevice,
  type WebgpuDevice,
} from '../webgpu/index.ts';

export const webgpuDriver: BackendDriver = {
  name: 'webgpu',
  async start(settings, acceptSoftware, givenUp) {
    const accept = ({ software, description }: WebgpuDevice): void => {
      if (software && !acceptSoftware) throw softwareError('webgpu', description);
      givenUp.throwIfAborted();
    };
    const running = runningDevice();
    if (running) accept(running);
    const device = running ?? (await newDevice(settings, accept));
    givenUp.throwIfAborted();
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

async function newDevice(
  { powerPreference, probeTimeout }: BackendSettings,
  accept: (device: WebgpuDevice) => void,
): Promise<WebgpuDevice> {
  const device = await requestDevice({ powerPreference, timeout: probeTimeout });
  try {
    accept(device);
  } catch (error) {
    device.destroy();
    throw error;
  }
  return registerFirstDevice(device);
}
