/** Starts WebGPU on an adapter. */
import { precisionsOf } from '@albert-web/core/spec';
import type { StartedBackend } from '../driver.ts';
import { precisionOn } from '../precision.ts';
import type { RequestOptions } from './adapter.ts';
import { openDevice, registerFirstDevice, runningDevice, type WebgpuDevice } from './device.ts';
import { compileWebgpuKernels, createWebgpuModel } from './executor.ts';

/**
 * Starts the backend on the running device if there is one, else on a new device of the adapter.
 *
 * @param timedOut see `BackendDriver.start`
 * @throws BackendUnavailableError
 */
export async function startWebgpu(
  adapter: GPUAdapter,
  options: Pick<RequestOptions, 'timeout'>,
  timedOut: AbortSignal,
): Promise<StartedBackend> {
  timedOut.throwIfAborted();
  const { description, software } = runningDevice() ?? (await newDevice(adapter, options, timedOut));
  timedOut.throwIfAborted();
  return {
    description,
    emulated: software,
    precisions: precisionsOf('webgpu'),
    compile: ({ config, head, precision, storedAs }) =>
      compileWebgpuKernels(config, head, precisionOn('webgpu', precision), storedAs),
    createExecutor: (model) => createWebgpuModel(model, precisionOn('webgpu', model.precision)),
  };
}

async function newDevice(
  adapter: GPUAdapter,
  options: Pick<RequestOptions, 'timeout'>,
  timedOut: AbortSignal,
): Promise<WebgpuDevice> {
  const device = await openDevice(adapter, options);
  try {
    timedOut.throwIfAborted();
  } catch (error) {
    device.destroy();
    throw error;
  }
  return registerFirstDevice(device);
}
