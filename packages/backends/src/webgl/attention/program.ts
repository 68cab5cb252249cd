/**
 * Computes `softmax(Q K^T * scale + mask) V` per head, in three programs: masked scores, each row's maximum and sum, and the
 * weighted values. Programs read and write heads in place, so no pass is needed to split or merge them.
 *
 * `qkv` has query, key and value side by side, each `heads * headTexels` texels wide. Scores of head `h` start at column
 * texel `h * keyTexels`. A call may compute the scores of only a part of the batch, which starts at `firstPanel`.
 */
import type { WebglDevice } from '../device.ts';
import { shaderFloat } from '../../shader-float.ts';
import { eachRow } from '../glsl.ts';
import type { Program } from '../program.ts';
import { compileProgram } from '../program.ts';
import { maskScores } from '../read-tensor/program.ts';

/** The sizes of the model, known when the programs are compiled. */
export interface AttentionShape {
  readonly heads: number;
  readonly headSize: number;
  /** Texels of one head: `ceil(headSize / 4)`. */
  readonly headTexels: number;
}

/**
 * The programs. `keyTexels`: `ceil(length / 4)`. `panelsPerSequence`: `ceil(length / rowsPerPanel)`. `firstPanel`: panel of the
 * first sequence whose scores are computed.
 */
export interface AttentionPrograms {
  readonly scores: Program<'qkv' | 'mask', 'keyTexels' | 'panelsPerSequence' | 'firstPanel'>;
  /** One texel per row and head: the largest score, and 1 / sum of `exp(score - largest)`. */
  readonly rowSums: Program<'scores', 'keyTexels'>;
  readonly context: Program<'qkv' | 'scores' | 'rowSums', 'keyTexels' | 'panelsPerSequence' | 'firstPanel'>;
}

export async function compileAttention(device: WebglDevice, shape: AttentionShape): Promise<AttentionPrograms> {
  const [scores, rowSums, context] = await Promise.all([
    compileScores(device, shape),
    compileRowSums(device),
    compileContext(device, shape),
  ]);
  return { scores, rowSums, context };
}

function compileScores(device: WebglDevice, shape: AttentionShape): Promise<AttentionPrograms['scores']> {
  const { heads, headSize, headTexels } = shape;
  const rows = device.rowsPerPanel;
  return compileProgram(device, {
    name: 'attention scores',
    inputs: { qkv: 'sampler2DArray', mask: 'sampler2DArray' },
    uniforms: ['keyTexels', 'panelsPerSequence', 'firstPanel'],
    outputs: rows,
    code: `
      // A real score as low as a masked one must not be mistaken for it: no answer is better than a wrong one.
      vec4 heldOrNaN(vec4 score) {
        return mix(score, vec4(uintBitsToFloat(0x7fc00000u)), lessThan(score, vec4(${shaderFloat(0.9 * maskScores[device.format].masked)})));
      }
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        int head = at.x / keyTexels;
        int keys = at.x - head * keyTexels; // the texel of four keys
        int queryPanel = firstPanel + at.y;
        int sequence = queryPanel / panelsPerSequence;
        int keyPanel = sequence * panelsPerSequence + keys * 4 / ${rows};
        int keyLayer = keys * 4 % ${rows};
        ${eachRow(rows, (row) => `vec4 score${row} = vec4(0);`)}
        for (int d = 0; d < ${headTexels}; d++) {
          int column = head * ${headTexels} + d;
          mat4 k = mat4(
            texelFetch(qkv, ivec3(${heads * headTexels} + column, keyPanel, keyLayer), 0),
            texelFetch(qkv, ivec3(${heads * headTexels} + column, keyPanel, keyLayer + 1), 0),
            texelFetch(qkv, ivec3(${heads * headTexels} + column, keyPanel, keyLayer + 2), 0),
            texelFetch(qkv, ivec3(${heads * headTexels} + column, keyPanel, keyLayer + 3), 0));
          ${eachRow(rows, (row) => `score${row} += texelFetch(qkv, ivec3(column, queryPanel, ${row}), 0) * k;`)}
        }
        vec4 hidden = texelFetch(mask, ivec3(keys, sequence / ${rows}, sequence % ${rows}), 0);
        ${eachRow(rows, (row) => `out${row} = mix(heldOrNaN(score${row} * ${shaderFloat(1 / Math.sqrt(headSize))}), hidden, lessThan(hidden, vec4(0)));`)}
      }`,
  });
}

function compileRowSums(device: WebglDevice): Promise<AttentionPrograms['rowSums']> {
  const rows = device.rowsPerPanel;
  const score = (row: number): string => `texelFetch(scores, ivec3(first + j, at.y, ${row}), 0)`;
  return compileProgram(device, {
    name: 'attention row sums',
    inputs: { scores: 'sampler2DArray' },
    uniforms: ['keyTexels'],
    outputs: rows,
    code: `
      float largest(vec4 v) { return max(max(v.x, v.y), max(v.z, v.w)); }
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        int first = at.x * keyTexels;
        int j = 0;
        ${eachRow(rows, (row) => `vec4 top${row} = ${score(row)};`)}
        for (j = 1; j < keyTexels; j++) {
          ${eachRow(rows, (row) => `top${row} = max(top${row}, ${score(row)});`)}
        }
        ${eachRow(rows, (row) => `float max${row} = largest(top${row}); vec4 sum${row} = vec4(0);`)}
        for (j = 0; j < keyTexels; j++) {
          ${eachRow(rows, (row) => `sum${row} += exp(${score(row)} - max${row});`)}
        }
        ${eachRow(rows, (row) => `out${row} = vec4(max${row}, 1.0 / dot(sum${row}, vec4(1)), 0, 0);`)}
      }`,
  });
}

function compileContext(device: WebglDevice, shape: AttentionShape): Promise<AttentionPrograms['context']> {
  const { heads, headTexels } = shape;
  const rows = device.rowsPerPanel;
  return compileProgram(device, {
    name: 'attention context',
    inputs: { qkv: 'sampler2DArray', scores: 'sampler2DArray', rowSums: 'sampler2DArray' },
    uniforms: ['keyTexels', 'panelsPerSequence', 'firstPanel'],
    outputs: rows,
    code: `
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        int head = at.x / ${headTexels};
        int scorePanel = at.y - firstPanel;
        int sequencePanel = at.y / panelsPerSequence * panelsPerSequence;
        int column = ${2 * heads * headTexels} + at.x;
        ${eachRow(
          rows,
          (row) => `
            vec2 row${row} = texelFetch(rowSums, ivec3(head, scorePanel, ${row}), 0).xy;
            vec4 sum${row} = vec4(0);`,
        )}
        for (int j = 0; j < keyTexels; j++) {
          int panel = sequencePanel + j * 4 / ${rows};
          int layer = j * 4 % ${rows};
          vec4 v0 = texelFetch(qkv, ivec3(column, panel, layer), 0);
          vec4 v1 = texelFetch(qkv, ivec3(column, panel, layer + 1), 0);
          vec4 v2 = texelFetch(qkv, ivec3(column, panel, layer + 2), 0);
          vec4 v3 = texelFetch(qkv, ivec3(column, panel, layer + 3), 0);
          vec4 p;
          ${eachRow(
            rows,
            (row) => `
              p = exp(texelFetch(scores, ivec3(head * keyTexels + j, scorePanel, ${row}), 0) - row${row}.x);
              sum${row} += p.x * v0 + p.y * v1 + p.z * v2 + p.w * v3;`,
          )}
        }
        ${eachRow(rows, (row) => `out${row} = sum${row} * row${row}.y;`)}
      }`,
  });
}
