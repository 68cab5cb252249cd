/** How long a run still takes. */

/**
 * Milliseconds that are left, from those the steps so far took; undefined after one step, which also starts the backend.
 *
 * @param durations of the steps done, evaluations between them included.
 */
export function timeLeft(durations: readonly number[], steps: number): number | undefined {
  const steady = durations.slice(1);
  if (steady.length === 0) return undefined;
  const mean = steady.reduce((sum, duration) => sum + duration, 0) / steady.length;
  return mean * (steps - durations.length);
}
