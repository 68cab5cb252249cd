/** ALBERT's encoder on WebAssembly: the fastest way on a CPU. */
export { createWasmExecutor, type WasmExecutor, type WasmOptions } from './executor.ts';
export { chooseSimd, WasmCrashError, WasmStartError, type Simd, type WasmFiles } from './kernels.ts';
export { hasRelaxedSimd, hasSimd, hasThreads } from './features.ts';
