/** What the executor uses of tfjs's WebGL backend: its context, its tensors' textures, and the GPU's limits. */
import type { PrecisionOf } from '@albert-web/core/spec';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { WebglContextLostError, WebglUnsupportedError } from './errors.ts';

/** The bits of a stored number; arithmetic in shaders has 32 bits either way. */
export type TexelFormat = PrecisionOf<'webgl'>;

/** One WebGL 2 context, shared with tfjs. */
export interface WebglDevice {
  readonly gl: WebGL2RenderingContext;
  readonly backend: MathBackendWebGL;
  /**
   * Rows that one shader invocation computes, with one render target each. With more rows, each fetched value is used more
   * often, and fetches dominate the cost of a matrix product here.
   */
  readonly rowsPerPanel: 4 | 8;
  readonly format: TexelFormat;
  /** Largest side of a texture, in texels. */
  readonly maxTextureSize: number;
}

/**
 * Returns the device behind tfjs's backend `webgl`, which is started if it has not been.
 *
 * @param format `f16` stores half floats; `f32` falls back to them if the GPU cannot render to 32-bit textures.
 * @throws WebglUnsupportedError, WebglContextLostError
 */
export function openDevice(format: TexelFormat): WebglDevice {
  const backend = tf.findBackend('webgl') as MathBackendWebGL | null;
  if (!backend) {
    throw new WebglUnsupportedError({
      problem: 'The tfjs backend "webgl" does not start',
      expected: 'The WebGL executor shares its context',
      remedy: 'Import @tensorflow/tfjs-backend-webgl first, in a browser that has WebGL 2',
    });
  }
  const { gl } = backend.gpgpu;
  if (!(gl instanceof WebGL2RenderingContext)) {
    throw new WebglUnsupportedError({
      problem: 'This browser has WebGL 1 only',
      expected: 'The WebGL executor needs WebGL 2',
      remedy: 'Use the wasm backend',
    });
  }
  if (gl.isContextLost()) throw new WebglContextLostError();
  // WebGL 2 guarantees four render targets; most GPUs have eight.
  const rowsPerPanel = (gl.getParameter(gl.MAX_DRAW_BUFFERS) as number) >= 8 ? 8 : 4;
  return {
    gl,
    backend,
    rowsPerPanel,
    format: tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? format : 'f16',
    maxTextureSize: gl.getParameter(gl.MAX_TEXTURE_SIZE) as number,
  };
}

/** Checks that the context is not lost. @throws WebglContextLostError */
export function assertContext({ gl }: WebglDevice): void {
  if (gl.isContextLost()) throw new WebglContextLostError();
}
