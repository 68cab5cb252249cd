/**
 * The layout of this executor's matrices on the GPU.
 *
 * A texel contains four neighboring columns of one row. `R` neighboring rows form a panel: row `r` of a panel is in
 * layer `r` of a texture array, so that one shader invocation can write a whole `R x 4` block by rendering to all layers
 * at once (multiple render targets). Element `[row, column]` is channel `column % 4` of texel
 * `(column / 4, row / R, row % R)`. Every sequence starts a new panel; rows and columns beyond the matrix contain finite
 * numbers that no result depends on.
 */
import type { WebglDevice } from './device.ts';
import { WebglContextLostError, WebglUnsupportedError } from './errors.ts';

/** A texture array. */
export interface LayeredTexture {
  readonly texture: WebGLTexture;
  /** Width in texels: columns / 4. */
  readonly width: number;
  /** Height in texels. */
  readonly height: number;
  readonly layers: number;
  readonly bytes: number;
  dispose(): void;
}

/** A matrix that programs write, with a framebuffer that has its layers as render targets. */
export interface Panels extends LayeredTexture {
  readonly framebuffer: WebGLFramebuffer;
}

/** Returns the number of texels for `count` columns. */
export function texelsOf(count: number): number {
  return Math.ceil(count / 4);
}

/** Allocates a texture array. @throws WebglUnsupportedError if a side exceeds the GPU's limit */
export function allocateTexture(device: WebglDevice, width: number, height: number, layers: number): LayeredTexture {
  const { gl, format, maxTextureSize } = device;
  if (width > maxTextureSize || height > maxTextureSize) {
    throw new WebglUnsupportedError({
      problem: `A texture of ${width} x ${height} texels is needed`,
      expected: `This GPU allows sides of at most ${maxTextureSize}`,
      remedy: 'Use fewer or shorter sequences at a time, or another backend',
    });
  }
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, format === 'f32' ? gl.RGBA32F : gl.RGBA16F, width, height, layers);
  // 32-bit floats cannot be filtered: with the default filter, every fetch would return zero.
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  const bytes = width * height * layers * 4 * (format === 'f32' ? 4 : 2);
  return { texture, width, height, layers, bytes, dispose: () => gl.deleteTexture(texture) };
}

/** Allocates `panels` panels of `width` texels. @throws WebglUnsupportedError, WebglContextLostError */
export function allocatePanels(device: WebglDevice, width: number, panels: number): Panels {
  const { gl, rowsPerPanel } = device;
  const texture = allocateTexture(device, width, panels, rowsPerPanel);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  const targets = Array.from({ length: rowsPerPanel }, (_, layer) => gl.COLOR_ATTACHMENT0 + layer);
  targets.forEach((target, layer) => gl.framebufferTextureLayer(gl.FRAMEBUFFER, target, texture.texture, 0, layer));
  gl.drawBuffers(targets);
  const dispose = (): void => {
    gl.deleteFramebuffer(framebuffer);
    texture.dispose();
  };
  const status = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
  if (status !== gl.FRAMEBUFFER_COMPLETE) {
    dispose();
    if (gl.isContextLost()) throw new WebglContextLostError();
    throw new WebglUnsupportedError({
      problem: `This GPU cannot render to ${rowsPerPanel} layers of ${device.format} texels (status 0x${status.toString(16)})`,
      remedy: 'Use another backend',
    });
  }
  return { ...texture, framebuffer, dispose };
}

/** Copies row-major texels (`width * height * layers * 4` numbers, layer by layer) into a texture. */
export function uploadTexels({ gl }: WebglDevice, target: LayeredTexture, values: Float32Array): void {
  const { texture, width, height, layers } = target;
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
  gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, 0, width, height, layers, gl.RGBA, gl.FLOAT, values);
}
