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
  type RequestOptions,
  type WebgpuDevice,
} from './device.ts';
export { BatchTooLargeError, GpuError } from './errors.ts';
export type { StepTime } from './recorder.ts';
export { nodeGpu } from './node.ts';
