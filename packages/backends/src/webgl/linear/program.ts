/**
 * Computes every projection of a layer: `output = activate(input W + bias)` or `output = input W + bias + residual`.
 *
 * One invocation computes a block of R rows by four columns. For four steps of the inner dimension, it fetches R texels of
 * the input and four of the weights, and uses each of them four or R times.
 */
import type { Activation } from '@albert-web/core';
import { activationText } from '../../activation-text.ts';
import type { WebglDevice } from '../device.ts';
import { eachRow } from '../glsl.ts';
import type { Program } from '../program.ts';
import { compileProgram } from '../program.ts';

/** What to do with a block before it is stored. */
export type Epilogue = Activation | 'residual' | 'none';

/**
 * The compiled program. Only the one with the epilogue `residual` reads `residual`. `innerTexels` is the inner dimension / 4,
 * rounded up. `panelStride` is the number of panels of `x` and `residual` per panel of the output: 1, or the panels of a
 * sequence if only its first one is computed.
 */
export type LinearProgram<E extends Epilogue> = Program<
  'x' | 'weight' | (E extends 'residual' ? 'residual' : never),
  'innerTexels' | 'panelStride'
>;

/** Compiles the program. Row `innerTexels` of layer 0 of `weight` contains the bias: see `uploadLinear`. */
export function compileLinear<E extends Epilogue>(device: WebglDevice, epilogue: E): Promise<LinearProgram<E>> {
  const rows = device.rowsPerPanel;
  const inputs = { x: 'sampler2DArray', weight: 'sampler2DArray' } as const;
  return compileProgram(device, {
    name: `linear, ${epilogue}`,
    inputs: (epilogue === 'residual' ? { ...inputs, residual: 'sampler2DArray' } : inputs) as typeof inputs &
      Record<E extends 'residual' ? 'residual' : never, 'sampler2DArray'>,
    uniforms: ['innerTexels', 'panelStride'],
    outputs: rows,
    code: `
      ${activation(epilogue)}
      void main() {
        ivec2 at = ivec2(gl_FragCoord.xy);
        int panel = at.y * panelStride;
        vec4 bias = texelFetch(weight, ivec3(at.x, innerTexels, 0), 0);
        ${eachRow(rows, (row) => `vec4 sum${row} = bias;`)}
        for (int k = 0; k < innerTexels; k++) {
          vec4 w0 = texelFetch(weight, ivec3(at.x, k, 0), 0);
          vec4 w1 = texelFetch(weight, ivec3(at.x, k, 1), 0);
          vec4 w2 = texelFetch(weight, ivec3(at.x, k, 2), 0);
          vec4 w3 = texelFetch(weight, ivec3(at.x, k, 3), 0);
          vec4 a;
          ${eachRow(
            rows,
            (row) => `
              a = texelFetch(x, ivec3(k, panel, ${row}), 0);
              sum${row} += a.x * w0;
              sum${row} += a.y * w1;
              sum${row} += a.z * w2;
              sum${row} += a.w * w3;`,
          )}
        }
        ${eachRow(rows, (row) => `out${row} = ${finish(epilogue, row)};`)}
      }`,
  });
}

function finish(epilogue: Epilogue, row: number): string {
  if (epilogue === 'none') return `sum${row}`;
  if (epilogue === 'residual') return `sum${row} + texelFetch(residual, ivec3(at.x, panel, ${row}), 0)`;
  return `activate(sum${row})`;
}

function activation(epilogue: Epilogue): string {
  if (epilogue === 'none' || epilogue === 'residual') return '';
  const statements = activationText(epilogue, (name, value) => `vec4 ${name} = ${value};`);
  return `${elementary}\nvec4 activate(vec4 x) {\n${statements}\n}`;
}

/** The elementary operations of activation formulas. */
const elementary = `
  vec4 cube(vec4 x) { return x * x * x; }
  // Abramowitz and Stegun 7.1.26, with an error of at most 1.5e-7.
  vec4 erf(vec4 x) {
    vec4 t = 1.0 / (1.0 + 0.3275911 * abs(x));
    vec4 series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return sign(x) * (1.0 - series * exp(-x * x));
  }
  // Beyond 10, tanh is 1 in single precision, but some drivers overflow to NaN.
  vec4 boundedTanh(vec4 x) { return tanh(clamp(x, -10.0, 10.0)); }
  vec4 sigmoid(vec4 x) { return 1.0 / (1.0 + exp(clamp(-x, -80.0, 80.0))); }
  vec4 relu(vec4 x) { return max(x, 0.0); }`;
