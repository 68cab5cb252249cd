/** Returns the index of the largest value, the first one if several are equal. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] ?? NaN) > (values[best] ?? NaN)) best = index;
  return best;
}
