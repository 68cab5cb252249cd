/** Copies panels into a tfjs tensor, in the layout that tfjs's packed programs read. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebglDevice } from '../device.ts';
import type { Program } from '../program.ts';
import { compileProgram } from '../program.ts';

/** The program. `rows` and `columns` are those of one sequence; `width` is that of the tensor's texture, in texels. */
export type WriteTensorProgram = Program<'x', 'rows' | 'columns' | 'panelsPerSequence' | 'width'>;

export function compileWriteTensor(device: WebglDevice): Promise<WriteTensorProgram> {
  const rows = device.rowsPerPanel;
  return compileProgram(device, {
    name: 'write tensor',
    inputs: { x: 'sampler2DArray' },
    uniforms: ['rows', 'columns', 'panelsPerSequence', 'width'],
    outputs: 1,
    code: `
      vec2 pair(int sequence, int row, int columnPair) {
        if (row >= rows) return vec2(0);
        ivec3 at = ivec3(columnPair / 2, sequence * panelsPerSequence + row / ${rows}, row % ${rows});
        vec4 four = texelFetch(x, at, 0);
        return columnPair % 2 == 0 ? four.xy : four.zw;
      }
      void main() {
        int texel = int(gl_FragCoord.y) * width + int(gl_FragCoord.x);
        int texelsPerRow = (columns + 1) / 2;
        int columnPair = texel % texelsPerRow;
        int rowPair = texel / texelsPerRow;
        int rowPairs = (rows + 1) / 2;
        int row = rowPair % rowPairs * 2;
        int sequence = rowPair / rowPairs;
        out0 = vec4(pair(sequence, row, columnPair), pair(sequence, row + 1, columnPair));
      }`,
  });
}

/** Creates a tensor in tfjs's current scope, and draws into it with `write`. */
export function makeTensor(
  { gl, backend }: WebglDevice,
  shape: [number, number, number],
  write: (framebuffer: WebGLFramebuffer, width: number, height: number) => void,
): tf.Tensor3D {
  const info = backend.makeTensorInfo(shape, 'float32');
  const data = backend.texData.get(info.dataId);
  data.isPacked = true;
  backend.uploadToGPU(info.dataId);
  const [rows = 0, columns = 0] = data.texShape ?? [];
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, data.texture?.texture ?? null, 0);
  write(framebuffer, Math.ceil(columns / 2), Math.ceil(rows / 2));
  gl.deleteFramebuffer(framebuffer);
  return tf.engine().makeTensorFromTensorInfo(info, backend) as tf.Tensor3D;
}
