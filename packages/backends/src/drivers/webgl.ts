/** WebGL 2 through tfjs, for machines without WebGPU. */
import { composeExecutor, TfjsBackend } from '@albert-web/core';
import { precisionsOf } from '@albert-web/core/spec';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { precisionOn } from '../precision.ts';
import { isSoftwareRenderer, softwareError } from '../software.ts';
import { createWebglExecutor, guardContext, isRunningOnLostContext, readRenderer } from '../webgl/index.ts';

export const webglDriver: BackendDriver = {
  name: 'webgl',
  async start(_, acceptSoftware, timedOut) {
    const renderer = readRenderer();
    if (renderer === undefined) {
      throw new BackendUnavailableError({
        problem: 'There is no WebGL 2 here',
        remedy: 'Turn on hardware acceleration, or choose another backend',
        reason: { code: 'missing' },
      });
    }
    const emulated = isSoftwareRenderer(renderer);
    if (emulated && !acceptSoftware) throw softwareError('webgl', renderer);
    const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
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
      emulated,
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
  },
};
