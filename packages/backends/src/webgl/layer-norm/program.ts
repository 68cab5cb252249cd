/**
 * LayerNorm over the columns of panels, in two programs. The first computes the mean and variance of each segment of a row. The
 * second combines them (Chan et al. 1979, without cancellation), then scales and shifts. The residual has already been added, in
 * the epilogue of the projection.
 */
import { allocate } from '@albert-web/errors';
import type { WebglDevice } from '../device.ts';
import { shaderFloat } from '../../shader-float.ts';
import { eachRow } from '../glsl.ts';
import type { LayeredTexture } from '../panels.ts';
import { allocateTexture, texelsOf, uploadTexels } from '../panels.ts';
import type { Program } from '../program.ts';
import { compileProgram } from '../program.ts';

/** Texels of one segment. Fewer would give more invocations to the first program and more fetches to the second. */
const segmentTexels = 32;

export interface LayerNormPrograms {
  /** Per row, one texel per segment: mean and variance. Both fit into half floats, because neither is a sum. */
  readonly statistics: Program<'x', never>;
  readonly normalize: Program<'x' | 'statistics' | 'parameters', never>;
}

/** Returns the texels per row of statistics. */
export function statisticsWidth(size: number): number {
  return Math.ceil(texelsOf(size) / segmentTexels);
}

/** Compiles both programs. @param size number of columns to normalize; any after them, up to the next texel, become zero */
export async function compileLayerNorm(device: WebglDevice, size: number, epsilon: number): Promise<LayerNormPrograms> {
  const [statistics, normalize] = await Promise.all([
    compileStatistics(device, size),
    compileNormalize(device, size, epsilon),
  ]);
  return { statistics, normalize };
}

/** Uploads scale and shift, `[size]` each, as one layer each. */
export function uploadLayerNorm(device: WebglDevice, scale: Float32Array, shift: Float32Array): LayeredTexture {
  const width = texelsOf(scale.length);
  const texels = allocate(Float32Array, width * 4 * 2);
  texels.set(scale, 0);
  texels.set(shift, width * 4);
  const texture = allocateTexture(device, width, 1, 2);
  uploadTexels(device, texture, texels);
  return texture;
}

function compileStatistics(device: WebglDevice, size: number): Promise<LayerNormPrograms['statistics']> {
  const rows = device.rowsPerPanel;
  const texels = texelsOf(size);
  const channels = [0, 1, 2, 3].map((channel) => ((texels - 1) * 4 + channel < size ? '1' : '0'));
  return compileProgram(device, {
    name: 'LayerNorm statistics',
    inputs: { x: 'sampler2DArray' },
    uniforms: [],
    outputs: rows,
    code: `
      vec4 used(int texel) { return texel == ${texels - 1} ? vec4(${channels.join(', ')}) : vec4(1); }
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        int first = at.x * ${segmentTexels};
        int end = min(first + ${segmentTexels}, ${texels});
        float share = 1.0 / float(min(end * 4, ${size}) - first * 4);
        ${eachRow(rows, (row) => `vec4 sum${row} = vec4(0);`)}
        for (int k = first; k < end; k++) {
          vec4 use = used(k);
          ${eachRow(rows, (row) => `sum${row} += use * texelFetch(x, ivec3(k, at.y, ${row}), 0);`)}
        }
        ${eachRow(rows, (row) => `float mean${row} = dot(sum${row}, vec4(share)); sum${row} = vec4(0);`)}
        for (int k = first; k < end; k++) {
          vec4 use = used(k);
          vec4 centered;
          ${eachRow(
            rows,
            (row) => `
              centered = use * (texelFetch(x, ivec3(k, at.y, ${row}), 0) - mean${row});
              sum${row} += centered * centered;`,
          )}
        }
        ${eachRow(rows, (row) => `out${row} = vec4(mean${row}, dot(sum${row}, vec4(share)), 0, 0);`)}
      }`,
  });
}

function compileNormalize(device: WebglDevice, size: number, epsilon: number): Promise<LayerNormPrograms['normalize']> {
  const rows = device.rowsPerPanel;
  const segments = Array.from({ length: statisticsWidth(size) }, (_, index) => ({
    index,
    share: Math.min(segmentTexels * 4, size - index * segmentTexels * 4) / size,
  }));
  const sumOver = (term: (segment: string) => string): string =>
    segments.map(({ index, share }) => `${shaderFloat(share)} * ${term(`segment${index}`)}`).join(' + ');
  return compileProgram(device, {
    name: 'LayerNorm',
    inputs: { x: 'sampler2DArray', statistics: 'sampler2DArray', parameters: 'sampler2DArray' },
    uniforms: [],
    outputs: rows,
    code: `
      float square(float v) { return v * v; }
      vec2 meanAndScale(int panel, int layer) {
        ${segments.map(({ index }) => `vec2 segment${index} = texelFetch(statistics, ivec3(${index}, panel, layer), 0).xy;`).join('\n')}
        float mean = ${sumOver((segment) => `${segment}.x`)};
        float variance = ${sumOver((segment) => `(${segment}.y + square(${segment}.x - mean))`)};
        return vec2(mean, inversesqrt(max(variance + ${shaderFloat(epsilon)}, 1e-30)));
      }
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        vec4 scale = texelFetch(parameters, ivec3(at.x, 0, 0), 0);
        vec4 shift = texelFetch(parameters, ivec3(at.x, 0, 1), 0);
        vec2 moments;
        ${eachRow(
          rows,
          (row) => `
            moments = meanAndScale(at.y, ${row});
            out${row} = (texelFetch(x, ivec3(at, ${row}), 0) - moments.x) * moments.y * scale + shift;`,
        )}
      }`,
  });
}
