import * as tf from '@tensorflow/tfjs-core';
import type { WasmBackend } from './wasm-backend.ts';

/**
 * Registers `UnsortedSegmentSum` on tfjs's WASM backend, which lacks it (tfjs#8082). The gradient of `gather` needs it, so training
 * embeddings does too. Calling this twice has no effect.
 */
export function registerUnsortedSegmentSum(): void {
  if (tf.getKernel('UnsortedSegmentSum', 'wasm')) return;
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
      const { numSegments } = attrs as unknown as { numSegments: number };
      return sumSegments(backend as WasmBackend, x, segmentIds, numSegments);
    },
  });
}

/** Computes `out[segmentIds[i]] += x[i]` over the first axis. */
function sumSegments(
  backend: WasmBackend,
  x: tf.TensorInfo,
  segmentIds: tf.TensorInfo,
  numSegments: number,
): tf.TensorInfo {
  const [rows = 0, ...rest] = x.shape;
  const width = rest.reduce((size, side) => size * side, 1);
  const out = backend.makeOutput([numSegments, ...rest], x.dtype);
  // Create views after the allocation, since growing the heap detaches existing ones.
  const sums = backend.typedArrayFromHeap(out).fill(0);
  const values = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  for (let row = 0; row < rows; row++) {
    const to = (ids[row] ?? 0) * width;
    const from = row * width;
    for (let i = 0; i < width; i++) sums[to + i] = (sums[to + i] ?? 0) + (values[from + i] ?? 0);
  }
  return out;
}
