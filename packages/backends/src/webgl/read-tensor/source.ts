/** The texture behind a tfjs tensor. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebglDevice } from '../device.ts';

/** A texture to read a tensor from, and the layout of its numbers. */
export interface TensorSource {
  readonly texture: WebGLTexture;
  readonly layout: {
    /** Rows and columns of the matrices that are packed with 2 x 2 elements per texel; 0 if a texel has one element. */
    readonly packedRows: number;
    readonly packedColumns: number;
    /** Flat index of the first element: tfjs's slices share the texture they were cut from. */
    readonly offset: number;
  };
  /** Frees the texture if it was created only for reading. */
  release(): void;
}

/** Returns a tensor's texture. Values still on the CPU are uploaded directly; tfjs would compile a program for their shape. */
export function openTensor(device: WebglDevice, { dataId }: TensorInfo): TensorSource {
  const { texture, isPacked, slice, values, shape } = device.backend.texData.get(dataId);
  if (texture) {
    // Not the tensor's own shape: a reshaped tensor shares data that was packed for another shape.
    const [packedRows, packedColumns] = isPacked ? [shape.at(-2) ?? 1, shape.at(-1) ?? 1] : [0, 0];
    const layout = { packedRows, packedColumns, offset: slice?.flatOffset ?? 0 };
    return { texture: texture.texture, layout, release: () => {} };
  }
  const uploaded = uploadValues(device, Float32Array.from(values as ArrayLike<number>));
  const layout = { packedRows: 0, packedColumns: 0, offset: 0 };
  return { texture: uploaded, layout, release: () => device.gl.deleteTexture(uploaded) };
}

/** Uploads one number per texel, row by row; the last row need not be full. */
function uploadValues({ gl, maxTextureSize }: WebglDevice, values: Float32Array): WebGLTexture {
  const width = Math.min(values.length, maxTextureSize);
  const fullRows = Math.floor(values.length / width);
  const rest = values.length - fullRows * width;
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R32F, width, fullRows + (rest > 0 ? 1 : 0));
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, fullRows, gl.RED, gl.FLOAT, values, 0);
  if (rest > 0) {
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, fullRows, rest, 1, gl.RED, gl.FLOAT, values, fullRows * width);
  }
  return texture;
}
