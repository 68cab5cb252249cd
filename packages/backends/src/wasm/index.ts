/** ALBERT on WebAssembly: the fastest backend on a CPU. */
export { createWasmExecutor, type WasmExecutor, type WasmOptions } from './executor.ts';
export { hasManyWeights } from './packing.ts';
export { compileAhead } from './runtime.ts';
