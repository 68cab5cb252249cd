/** Handles the loss of the WebGL context that tfjs's backend uses. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { PendingCalls } from '@albert-web/errors';
import { WebglContextLostError } from './errors.ts';

const callsOn = new WeakMap<WebGLRenderingContext, PendingCalls>();

/** Returns the calls in flight on the context of a tfjs backend, which are rejected when it is lost. */
function pendingCallsOn({ gpgpu }: MathBackendWebGL): PendingCalls {
  const known = callsOn.get(gpgpu.gl);
  if (known) return known;
  const calls = new PendingCalls();
  callsOn.set(gpgpu.gl, calls);
  gpgpu.gl.canvas.addEventListener('webglcontextlost', () => {
    // tfjs would poll forever whether the lost GPU has finished its work.
    gpgpu['itemsToPoll'] = [];
    calls.rejectAll(new WebglContextLostError());
  });
  return calls;
}

/** Returns a function that waits for work on tfjs's backend `webgl`; see `ComposeOptions.guard`. */
export function guardContext(): <T>(work: Promise<T>) => Promise<T> {
  const backend = tf.findBackend('webgl') as MathBackendWebGL;
  const calls = pendingCallsOn(backend);
  return async (work) => {
    const result = await calls.guard(work);
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
