/** WebGL 2 through tfjs, for machines without WebGPU. */
import { composeExecutor, TfjsBackend } from '@albert-web/core';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { isSoftwareRenderer, softwareError } from '../software.ts';
import { createWebglExecutor, guardContext, isRunningOnLostContext } from '../webgl/index.ts';

export const webglDriver: BackendDriver = {
  name: 'webgl',
  async start(_, acceptSoftware, givenUp) {
    const renderer = probeRenderer();
    if (isSoftwareRenderer(renderer) && !acceptSoftware) throw softwareError('webgl', renderer);
    const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
    givenUp.throwIfAborted();
    if (isRunningOnLostContext()) {
      tf.removeBackend('webgl');
      tf.registerBackend('webgl', () => new MathBackendWebGL());
    }
    if (!tf.findBackend('webgl')) {
      throw new BackendUnavailableError({
        problem: `TensorFlow.js cannot use the WebGL of ${renderer}`,
        expected: 'Expected WebGL 2 with float textures',
        remedy: 'Update the graphics driver, or choose another backend',
      });
    }
    const [on, guard] = [new TfjsBackend('webgl'), guardContext()];
    return {
      description: renderer,
      // Some phones cannot render to 32-bit textures.
      precisions: tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? ['f32', 'f16'] : ['f16'],
      async createExecutor({ config, head, weights, precision }) {
        const options = { precision: precision === 'f16' ? 'f16' : 'f32' } as const;
        return composeExecutor(config, head, weights, await createWebglExecutor(config, weights, options), {
          on,
          guard,
        });
      },
    };
  },
};

/** The renderer's name from a context of its own, given back at once. @throws BackendUnavailableError */
function probeRenderer(): string {
  const canvas =
    typeof OffscreenCanvas !== 'undefined'
      ? new OffscreenCanvas(1, 1)
      : typeof document !== 'undefined'
        ? document.createElement('canvas')
        : undefined;
  const context = canvas?.getContext('webgl2');
  if (!context) {
    throw new BackendUnavailableError({
      problem: canvas ? 'The browser gives no WebGL 2 context' : 'There is no canvas here',
      remedy: 'Turn on hardware acceleration, or choose another backend',
    });
  }
  const debug = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(context.getParameter(debug?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return renderer;
}
