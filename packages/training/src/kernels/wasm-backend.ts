import * as tf from '@tensorflow/tfjs-core';

/** The part of tfjs's `BackendWasm` used here. tfjs does not export its type. */
export interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** A view of the tensor's values. Growing the heap detaches it, so create views after the last allocation. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array;
}

/** Returns the current tfjs backend; undefined unless it is WASM. */
export function currentWasmBackend(): WasmBackend | undefined {
  return tf.getBackend() === 'wasm' ? (tf.backend() as WasmBackend) : undefined;
}
