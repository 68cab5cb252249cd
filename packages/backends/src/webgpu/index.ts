/** The encoder on WebGPU. */
export { compileWebgpuKernels, createWebgpuExecutor, WebgpuExecutor, type WebgpuExecutorOptions } from './executor.ts';
export { registerDevice, requestDevice, type DeviceHealth, type RequestOptions, type WebgpuDevice } from './device.ts';
export { BatchTooLargeError, DeviceLostError, GpuError } from './errors.ts';
export type { StepTime } from './recorder.ts';
export { withRecovery } from './recovery.ts';
export { nodeGpu } from './node.ts';
