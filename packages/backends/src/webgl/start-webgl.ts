/** Starts WebGL 2 through tfjs. */
import { composeExecutor, TfjsBackend } from '@albert-web/core';
import { precisionsOf } from '@albert-web/core/spec';
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import type { StartedBackend } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { precisionOn } from '../precision.ts';
import { isSoftwareRenderer } from '../software.ts';
import { createWebglExecutor } from './executor.ts';
import { guardContext, isRunningOnLostContext } from './context-loss.ts';

/** Starts the backend. @param timedOut see `BackendDriver.start` @throws BackendUnavailableError */
export function startWebgl(renderer: string, timedOut: AbortSignal): StartedBackend {
  timedOut.throwIfAborted();
  if (isRunningOnLostContext()) {
    tf.removeBackend('webgl');
    tf.registerBackend('webgl', () => new MathBackendWebGL());
  }
  if (!tf.findBackend('webgl')) {
    throw new BackendUnavailableError({
      problem: `TensorFlow.js cannot use the WebGL of ${renderer}`,
      expected: 'Expected WebGL 2 with float textures',
      remedy: 'Update the graphics driver, or choose another backend',
      reason: { code: 'refused' },
    });
  }
  const [on, guard] = [new TfjsBackend('webgl'), guardContext()];
  return {
    description: renderer,
    emulated: isSoftwareRenderer(renderer),
    // Some phones cannot render to 32-bit textures.
    precisions: tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? precisionsOf('webgl') : ['f16'],
    async createExecutor({ config, head, weights, precision }) {
      const options = { precision: precisionOn('webgl', precision) };
      return composeExecutor(config, head, weights, await createWebglExecutor(config, weights, options), {
        on,
        guard,
      });
    },
  };
}
