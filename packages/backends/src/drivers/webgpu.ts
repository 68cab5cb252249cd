/** WebGPU: the fastest backend on a real GPU. */
import { precisionsOf } from '@albert-web/core/spec';
import type { BackendDriver, BackendSettings } from '../driver.ts';
import { precisionOn } from '../precision.ts';
import { softwareError } from '../software.ts';
import {
  compileWebgpuKernels,
  createWebgpuModel,
  registerFirstDevice,
  requestDevice,
  runningDevice,
  type WebgpuDevice,
} from '../webgpu/index.ts';

export const webgpuDriver: BackendDriver = {
  name: 'webgpu',
  async start(settings, acceptSoftware, timedOut) {
    const accept = ({ software, description }: WebgpuDevice): void => {
      if (software && !acceptSoftware) throw softwareError('webgpu', description);
      timedOut.throwIfAborted();
    };
    const running = runningDevice();
    if (running) accept(running);
    const device = running ?? (await newDevice(settings, accept));
    timedOut.throwIfAborted();
    return {
      description: device.description,
      emulated: device.software,
      precisions: precisionsOf('webgpu'),
      compile: ({ config, head, precision, storedAs }) =>
        compileWebgpuKernels(config, head, precisionOn('webgpu', precision), storedAs),
      createExecutor: (model) => createWebgpuModel(model, precisionOn('webgpu', model.precision)),
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
