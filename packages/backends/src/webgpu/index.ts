/** The encoder on WebGPU. */
export { createWebgpuExecutor, type WebgpuExecutor, type WebgpuExecutorOptions } from './executor.ts';
export { registerDevice, requestDevice, type DeviceHealth, type RequestOptions, type WebgpuDevice } from './device.ts';
export { BatchTooLargeError, DeviceLostError, GpuError } from './errors.ts';
