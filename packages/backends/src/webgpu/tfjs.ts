/** The interface to tfjs: shared buffers, and the order of the two command streams. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BackendUnavailableError } from '../errors.ts';

/**
 * Returns the tfjs backend that has been registered and started under the name `webgpu`.
 *
 * @throws BackendUnavailableError
 */
export function startedBackend(): WebGPUBackend {
  const backend = tf.findBackend('webgpu') as WebGPUBackend | null;
  if (backend?.device) return backend;
  throw new BackendUnavailableError({
    problem: 'The tfjs backend "webgpu" has not been started',
    remedy: 'Call registerDevice(await requestDevice()) and await tf.setBackend("webgpu") first',
    reason: { code: 'missing' },
  });
}

/** Submits what tfjs has recorded so far, so that its results are ready for the next submission. */
export function submitRecorded(backend: WebGPUBackend): void {
  // Private, but there is no other way to find out, and an empty submission costs as much as any other.
  if (backend['commandEncoder'] === null) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Returns a tensor as a kernel's input: its buffer, or the values still on the CPU, one 32-bit word each. */
export function contentsOf(
  backend: WebGPUBackend,
  tensor: tf.Tensor,
): { readonly buffer: GPUBuffer } | { readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> } {
  const data = backend.tensorMap.get(tensor.dataId);
  if (data.resource) return { buffer: data.resource as GPUBuffer };
  const values = data.values as Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  return { values: values instanceof Uint8Array ? Int32Array.from(values) : values };
}

/** Creates a float32 tensor with an uninitialized buffer from tfjs's own pool. */
export function emptyTensor(
  backend: WebGPUBackend,
  shape: [number, number, number],
): { readonly tensor: tf.Tensor3D; readonly buffer: GPUBuffer } {
  const info = backend.makeTensorInfo(shape, 'float32');
  backend.uploadToGPU(info.dataId);
  const tensor = tf.engine().makeTensorFromTensorInfo(info, backend) as tf.Tensor3D;
  return { tensor, buffer: backend.tensorMap.get(info.dataId).resource as GPUBuffer };
}
