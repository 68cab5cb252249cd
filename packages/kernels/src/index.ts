/**
 * The WebAssembly kernels: the choice and loading of a build, its memory, its threads, and the records that it reads.
 *
 * @packageDocumentation
 */
export { WasmMemoryError, WasmStartError, type WasmStartReason } from './errors.ts';
export { workersEnded } from './ending.ts';
export { hasRelaxedSimd, hasSimd, hasThreads, isIsolated } from './features.ts';
export { Heap } from './heap.ts';
export {
  chooseSimd,
  compileBuild,
  createMemory,
  startKernels,
  type Kernels,
  type Simd,
  type WasmFiles,
} from './module.ts';
export { codes, type RecordName } from './layouts.ts';
export { addRecord, bytesOf, codeNames, offsetOf, writeRecord, type RecordOf } from './records.ts';
export { defaultThreads, mayBlock, processors, startThreads, type ThreadedWork, type Threads } from './threads.ts';
