import { quantile } from '../measure/statistics.ts';

/** The middle value; times have outliers on one side only. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
