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

/** A time as people say it. */
export function aboutTime(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return 'a few seconds';
  if (seconds < 90) return `about ${Math.round(seconds / 10) * 10} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} minutes`;
  return `about ${Math.round(minutes / 60)} hours`;
}
