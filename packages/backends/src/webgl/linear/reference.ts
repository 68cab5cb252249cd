/** The loop that `linear/program.ts` must equal. */
import type { Epilogue } from './program.ts';
import type { LinearWeights } from './weights.ts';

/** `x` is `[rows, input]`, the result (and `residual`) `[rows, output]`, all row-major. */
export function linearReference(
  x: Float32Array,
  { weight, bias, input, output }: LinearWeights,
  epilogue: Epilogue,
  residual?: Float32Array,
): Float32Array {
  const rows = x.length / input;
  const result = new Float32Array(rows * output);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < output; column++) {
      let sum = bias[column] ?? 0;
      for (let k = 0; k < input; k++) sum += (x[row * input + k] ?? 0) * (weight[column * input + k] ?? 0);
      const index = row * output + column;
      result[index] = finish[epilogue](sum, residual?.[index] ?? 0);
    }
  }
  return result;
}

const finish: Readonly<Record<Epilogue, (sum: number, residual: number) => number>> = {
  none: (sum) => sum,
  residual: (sum, residual) => sum + residual,
  relu: (sum) => Math.max(sum, 0),
  gelu_new: (sum) => 0.5 * sum * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (sum + 0.044715 * sum ** 3))),
  gelu: (sum) => 0.5 * sum * (1 + erf(sum * Math.SQRT1_2)),
};

/** The Maclaurin series; from 5 on its limit, which differs by less than 2e-12. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
