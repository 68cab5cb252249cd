import * as tf from '@tensorflow/tfjs-core';

/** Replaces a kernel of tfjs's WASM backend by one that may call the original. Does nothing on a second call or without the backend. */
export function wrapKernel(name: string, wrap: (original: tf.KernelFunc) => tf.KernelFunc): void {
  const original = tf.getKernel(name, 'wasm');
  if (!original || wrapped.has(original)) return;
  const kernel: tf.KernelConfig = { ...original, kernelFunc: wrap(original.kernelFunc) };
  wrapped.add(kernel);
  tf.unregisterKernel(name, 'wasm');
  tf.registerKernel(kernel);
}

const wrapped = new WeakSet<tf.KernelConfig>();
