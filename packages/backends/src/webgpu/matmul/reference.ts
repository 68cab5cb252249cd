/** What the products compute, as plain loops. */
import type { Activation } from '@albert-web/core';

/** A LayerNorm's parameters. */
export interface Norm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly epsilon: number;
}

/** `input [rows, depth] · weight [depth, columns] + bias [columns]`. */
export function multiply(
  input: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  depth: number,
): Float32Array<ArrayBuffer> {
  const columns = bias.length;
  const rows = input.length / depth;
  const output = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = bias[column] ?? 0;
      for (let k = 0; k < depth; k++) sum += (input[row * depth + k] ?? 0) * (weight[k * columns + column] ?? 0);
      output[row * columns + column] = sum;
    }
  }
  return output;
}

/** LayerNorm of every row, two passes in double precision. */
export function layerNorm(rows: Float32Array, { weight, bias, epsilon }: Norm): Float32Array<ArrayBuffer> {
  const size = weight.length;
  const output = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += size) {
    const row = rows.subarray(start, start + size);
    const mean = row.reduce((sum, value) => sum + value, 0) / size;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    row.forEach((value, i) => {
      output[start + i] = ((value - mean) / Math.sqrt(variance + epsilon)) * (weight[i] ?? 0) + (bias[i] ?? 0);
    });
  }
  return output;
}

/** Mean and squared deviations of every 32 columns of every row: `[rows, groups, 2]`. */
export function moments(rows: Float32Array, hidden: number): Float32Array<ArrayBuffer> {
  const output: number[] = [];
  for (let start = 0; start < rows.length; start += hidden) {
    for (let first = 0; first < hidden; first += 32) {
      const group = rows.subarray(start + first, start + Math.min(first + 32, hidden));
      const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
      output.push(
        mean,
        group.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      );
    }
  }
  return Float32Array.from(output);
}

/** The activations by their definitions. */
export function activate(x: number, activation: Activation | 'tanh'): number {
  switch (activation) {
    case 'tanh':
      return Math.tanh(x);
    case 'relu':
      return Math.max(x, 0);
    case 'gelu_new':
      return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    case 'gelu':
      return 0.5 * x * (1 + erf(x / Math.SQRT2));
  }
}

/** By the Taylor series near zero, where it converges to double precision, and 1 beyond. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
