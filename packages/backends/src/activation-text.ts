/** Generates activations as shader text. GLSL and WGSL have the same arithmetic syntax, but declare variables differently. */
import { applyActivation, type Activation, type ElementaryOperations } from '@albert-web/core/spec';
import { shaderFloat } from './shader-float.ts';

/**
 * Returns the body of a function of `x` that returns the activation. The shader must define `cube`, `erf`, `boundedTanh`,
 * `sigmoid` and `relu`.
 *
 * @param declare returns the declaration of a variable: `vec4 t0 = <value>;` in GLSL.
 */
export function activationText(activation: Activation, declare: (name: string, value: string) => string): string {
  const lines: string[] = [];
  const variable = (value: string): string => {
    const name = `t${lines.length}`;
    lines.push(declare(name, value));
    return name;
  };
  const operand = (value: string | number): string => (typeof value === 'number' ? shaderFloat(value) : value);
  const call = (name: string) => (a: string) => variable(`${name}(${a})`);
  const operations: ElementaryOperations<string> = {
    add: (a, b) => variable(`${a} + ${operand(b)}`),
    multiply: (a, b) => variable(`${a} * ${operand(b)}`),
    divide: (a, b) => variable(`${a} * ${shaderFloat(1 / b)}`),
    cube: call('cube'),
    erf: call('erf'),
    tanh: call('boundedTanh'),
    sigmoid: call('sigmoid'),
    relu: call('relu'),
  };
  const result = applyActivation(activation, operations, 'x');
  return [...lines, `return ${result};`].join('\n');
}
