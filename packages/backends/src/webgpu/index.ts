/** The encoder on WebGPU. */
export {
  compileWebgpuKernels,
  createWebgpuExecutor,
  createWebgpuModel,
  WebgpuExecutor,
  type WebgpuExecutorOptions,
} from './executor.ts';
export {
  registerDevice,
  registerFirstDevice,
  requestDevice,
  runningDevice,
  type DeviceHealth,
  type WebgpuDevice,
} from './device.ts';
export type { RequestOptions } from './adapter.ts';
export { BatchTooLargeError, GpuError } from './errors.ts';
export type { StepTime } from './recorder.ts';
export { nodeGpu } from './node.ts';
