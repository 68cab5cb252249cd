export { softmax } from '@albert-web/core';

/** The logistic function. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Indices of the `count` largest values, largest first; equal values in order. */
export function largestIndices(values: ArrayLike<number>, count: number): number[] {
  const order = Array.from(values, (_, index) => index);
  return order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, count);
}
