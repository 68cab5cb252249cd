import type * as tf from '@tensorflow/tfjs-core';
import type { WasmBackend } from './wasm-backend.ts';
import { wrapKernel } from './wrap-kernel.ts';

/**
 * Makes tfjs's WASM `GatherV2` copy whole rows if it gathers along the first axis, as in an embedding lookup.
 *
 * tfjs computes the index of every single element, which takes 5.5 ms for 1906 rows of 128. Calling this twice has no effect.
 */
export function registerRowGather(): void {
  wrapKernel('GatherV2', (original) => (call) => {
    const { x, indices } = call.inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = call.attrs as unknown as { axis: number; batchDims: number };
    const backend = call.backend as WasmBackend;
    const rows = axis === 0 && batchDims === 0 && isNumeric(x) && indices.dtype === 'int32';
    return (rows && gatherRows(backend, x, indices)) || original(call);
  });
}

function isNumeric({ dtype }: tf.TensorInfo): boolean {
  return dtype === 'float32' || dtype === 'int32';
}

/** Gathers rows. Undefined if a row does not exist; tfjs's kernel then reports the error. */
function gatherRows(backend: WasmBackend, x: tf.TensorInfo, indices: tf.TensorInfo): tf.TensorInfo | undefined {
  const [count = 0, ...rest] = x.shape;
  if (backend.typedArrayFromHeap(indices).some((row) => row < 0 || row >= count)) return undefined;
  const width = rest.reduce((size, side) => size * side, 1);
  const out = backend.makeOutput([...indices.shape, ...rest], x.dtype);
  const [from, to, rows] = [x, out, indices].map((tensor) => backend.typedArrayFromHeap(tensor)) as [
    Float32Array,
    Float32Array,
    Int32Array,
  ];
  rows.forEach((row, index) => to.set(from.subarray(row * width, (row + 1) * width), index * width));
  return out;
}
