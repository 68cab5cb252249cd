import type { Activation } from '@albert-web/core/spec';

/** Computes an activation by its definition, in double precision. */
export function exactActivation(x: number, activation: Activation): number {
  switch (activation) {
    case 'tanh':
      return Math.tanh(x);
    case 'silu':
      return x / (1 + Math.exp(-x));
    case 'relu':
      return Math.max(x, 0);
    case 'gelu_new':
      return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    case 'gelu':
      return 0.5 * x * (1 + erf(x * Math.SQRT1_2));
  }
}

/** Computes erf by its Taylor series, accurate to 1e-10 in double precision up to 5; beyond 5 its limit, accurate to 2e-12. */
export function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
