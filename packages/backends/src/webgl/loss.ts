/** Handles the loss of the WebGL context that tfjs's backend uses. */
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
    // tfjs would poll forever whether the lost GPU has finished its work.
    gpgpu['itemsToPoll'] = [];
    loss.happened(new WebglContextLostError());
  });
  return loss;
}

/** Returns a function that waits for work on tfjs's backend `webgl`; see `ComposeOptions.guard`. */
export function guardContext(): <T>(work: Promise<T>) => Promise<T> {
  const backend = tf.findBackend('webgl') as MathBackendWebGL;
  const loss = lossOf(backend);
  return async (work) => {
    const result = await loss.guard(work);
    // The event comes a moment after the loss; values read in between are invalid.
    if (backend.gpgpu.gl.isContextLost()) throw new WebglContextLostError();
    return result;
  };
}

/** Returns whether tfjs's backend `webgl` has been started and its context is lost: tfjs would use it again. */
export function isRunningOnLostContext(): boolean {
  const running = tf.engine().registry['webgl'] as MathBackendWebGL | undefined;
  return running?.gpgpu.gl.isContextLost() === true;
}
