/** A WebGL context that goes away, and tfjs's backend on it. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { Loss } from '../loss.ts';
import { WebglContextLostError } from './errors.ts';

const losses = new WeakMap<WebGLRenderingContext, Loss>();

/** Watches the context of a tfjs backend, once. */
function lossOf({ gpgpu }: MathBackendWebGL): Loss {
  const known = losses.get(gpgpu.gl);
  if (known) return known;
  const loss = new Loss();
  losses.set(gpgpu.gl, loss);
  gpgpu.gl.canvas.addEventListener('webglcontextlost', () => {
    // tfjs would ask for ever whether a GPU that is gone has come to the end of its work.
    gpgpu['itemsToPoll'] = [];
    loss.happened(new WebglContextLostError());
  });
  return loss;
}

/** Waits for work on tfjs's current backend, which must be `webgl`; see `StartedBackend.guard`. */
export function guardContext(): <T>(work: Promise<T>) => Promise<T> {
  const backend = tf.findBackend('webgl') as MathBackendWebGL;
  const loss = lossOf(backend);
  return async (work) => {
    const result = await loss.guard(work);
    // The event comes a moment after the loss; what was read in between is nothing.
    if (backend.gpgpu.gl.isContextLost()) throw new WebglContextLostError();
    return result;
  };
}

/** Whether tfjs's backend `webgl` has been started and its context is gone: tfjs keeps it, and would use it again. */
export function isRunningOnLostContext(): boolean {
  const running = tf.engine().registry['webgl'] as MathBackendWebGL | undefined;
  return running?.gpgpu.gl.isContextLost() === true;
}
