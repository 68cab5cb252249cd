/** The training kernels: which functions they are, and how they start in the memory of another module. */
import { plain, plainShared, relaxed, relaxedShared } from './generated/training-modules.ts';

/** An address in the module's memory. */
export type Pointer = number;

/** What `assembly/training/index.ts` exports. */
export interface TrainingKernels {
  activate(x: Pointer, y: Pointer, count: number, activation: number): void;
  activateGradient(x: Pointer, dy: Pointer, dx: Pointer, count: number, activation: number): void;
  addColumnSums(x: Pointer, out: Pointer, rows: number, columns: number): void;
  attend(...args: number[]): void;
  attendGradient(...args: number[]): void;
  dropout(x: Pointer, y: Pointer, count: number, first: number, key: number, threshold: number, scale: number): void;
  layerNorm(...args: number[]): void;
  layerNormGradient(...args: number[]): void;
  fillRows(bias: Pointer, out: Pointer, rows: number, columns: number): void;
  gemm(...args: number[]): void;
  /** Bytes of scratch that `gemm` needs. */
  gemmScratch(): number;
}

/** Starts the build that fits this engine and `memory`, of which it uses nothing but what its arguments point at. */
export async function startTrainingKernels(memory: WebAssembly.Memory): Promise<TrainingKernels> {
  const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  const wanted = decode(shared ? relaxedShared : relaxed);
  const bytes = WebAssembly.validate(wanted) ? wanted : decode(shared ? plainShared : plain);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as TrainingKernels;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
