/** Copies a tfjs tensor of any texture layout into panels. No tfjs program runs, so none is compiled for a new shape. */
import type { WebglDevice } from '../device.ts';
import { shaderFloat } from '../../shader-float.ts';
import { eachRow } from '../glsl.ts';
import type { Program } from '../program.ts';
import { compileProgram } from '../program.ts';

/** How each value is converted. */
export type Reading = 'embedded' | 'mask';

/**
 * The program. `rows` and `columns` are those of one sequence. `panelsPerSequence`: `ceil(rows / rowsPerPanel)`. The other
 * uniforms describe the source's layout: see `TensorSource`.
 */
export type ReadTensorProgram = Program<
  'source',
  'rows' | 'columns' | 'panelsPerSequence' | 'packedRows' | 'packedColumns' | 'offset'
>;

/**
 * Scores of a masked key and of a key beyond the sequence, instead of Hugging Face's `finfo.min`. They are far enough apart that
 * `exp` of their difference is 0, so a row with only padding attends to its padding evenly and to nothing beyond. Half floats
 * represent theirs exactly; `finfo.min` would be minus infinity there, and infinity minus infinity is NaN.
 */
export const maskScores = {
  f32: { masked: -1e38, beyond: -3e38 },
  f16: { masked: -32768, beyond: -65504 },
} as const;

/** Compiles the program. Embedded values are copied; a mask becomes 0 at tokens, and the score of a hidden key elsewhere. */
export function compileReadTensor(device: WebglDevice, reading: Reading): Promise<ReadTensorProgram> {
  const rows = device.rowsPerPanel;
  const { masked, beyond } = maskScores[device.format];
  const value = {
    embedded: 'inside ? element(sequence, row, column) : 0.0',
    mask: `inside ? (element(sequence, row, column) > 0.0 ? 0.0 : ${shaderFloat(masked)}) : ${shaderFloat(beyond)}`,
  }[reading];
  return compileProgram(device, {
    name: `read tensor, ${reading}`,
    inputs: { source: 'sampler2D' },
    uniforms: ['rows', 'columns', 'panelsPerSequence', 'packedRows', 'packedColumns', 'offset'],
    outputs: rows,
    code: `
      float element(int sequence, int row, int column) {
        int width = textureSize(source, 0).x;
        int index = offset + (sequence * rows + row) * columns + column;
        if (packedRows == 0) return texelFetch(source, ivec2(index % width, index / width), 0).r;
        int packedColumn = index % packedColumns;
        int packedRow = index / packedColumns % packedRows;
        int matrix = index / packedColumns / packedRows;
        int texel = (matrix * ((packedRows + 1) / 2) + packedRow / 2) * ((packedColumns + 1) / 2) + packedColumn / 2;
        vec4 block = texelFetch(source, ivec2(texel % width, texel / width), 0);
        vec2 pair = packedRow % 2 == 0 ? block.xy : block.zw;
        return packedColumn % 2 == 0 ? pair.x : pair.y;
      }
      float read(int sequence, int row, int column) {
        bool inside = row < rows && column < columns;
        return ${value};
      }
      vec4 readFour(int sequence, int row, int column) {
        return vec4(
          read(sequence, row, column), read(sequence, row, column + 1),
          read(sequence, row, column + 2), read(sequence, row, column + 3));
      }
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        int sequence = at.y / panelsPerSequence;
        int firstRow = at.y % panelsPerSequence * ${rows};
        ${eachRow(rows, (row) => `out${row} = readFour(sequence, firstRow + ${row}, at.x * 4);`)}
      }`,
  });
}
