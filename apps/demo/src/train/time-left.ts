/** Estimates the remaining time of a run. */

/**
 * Returns the remaining milliseconds, estimated from the steps so far; undefined after a single step, which also starts the
 * backend.
 *
 * @param durations milliseconds of the completed steps, including evaluations between them
 */
export function timeLeft(durations: readonly number[], steps: number): number | undefined {
  const steady = durations.slice(1);
  if (steady.length === 0) return undefined;
  const mean = steady.reduce((sum, duration) => sum + duration, 0) / steady.length;
  return mean * (steps - durations.length);
}
