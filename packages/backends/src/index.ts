/**
 * Probes, selects and self-checks a backend. Each backend has a fast executor, loaded only when it is selected.
 *
 * @packageDocumentation
 */
export { selectBackend, workersEnded, type BackendChoice, type SelectOptions } from './select.ts';
export type {
  BackendDriver,
  BackendSettings,
  ModelToRun,
  Rejection,
  StartedBackend,
  UnavailableReason,
} from './driver.ts';
export {
  BackendLostError,
  BackendUnavailableError,
  DeviceLostError,
  NoBackendError,
  WasmCrashError,
} from './errors.ts';
export { WebglContextLostError, WebglShaderError, WebglUnsupportedError } from './webgl/errors.ts';
export { BatchTooLargeError, GpuError } from './webgpu/errors.ts';
export { defaultThreads, WasmMemoryError, WasmStartError } from '@albert-web/kernels';
export { describeAdapter, isEmulatedAdapter, isSoftwareRenderer } from './software.ts';
export { readRenderer } from './webgl/renderer.ts';
export { withRecovery } from './recovery.ts';
export type { StepTime, WebgpuExecutor } from './webgpu/index.ts';
