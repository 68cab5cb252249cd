/**
 * The WebAssembly kernels and what loads them: which builds an engine can run, their memory, the records they read.
 *
 * @packageDocumentation
 */
export { hasRelaxedSimd, hasSimd, hasThreads } from './features.ts';
export { Heap } from './heap.ts';
export {
  chooseSimd,
  compileBuild,
  createMemory,
  startKernels,
  WasmStartError,
  type Kernels,
  type Simd,
  type WasmFiles,
} from './module.ts';
export {
  attentionBlockBytes,
  jobBytes,
  jobKinds,
  passBytes,
  writeAttentionBlock,
  writeHalving,
  writeJob,
  writeLayer,
  writeLinear,
  writePass,
  type AttentionBlockRecord,
  type HalvingRecord,
  type JobRecord,
  type LayerRecord,
  type LinearRecord,
  type PassRecord,
} from './records.ts';
