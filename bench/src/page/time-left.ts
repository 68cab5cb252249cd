/** Estimates how long a measurement still takes from how much of it is done. */

/** Less than this is not worth showing (ms). */
const worthSaying = 2000;

/** @param share share of the work that is done, 0 to 1. @returns `about 12 s left`; empty if unknown or nearly over */
export function timeLeft(share: number, elapsedMs: number): string {
  if (share <= 0 || share >= 1) return '';
  const left = (elapsedMs * (1 - share)) / share;
  if (left < worthSaying) return '';
  const seconds = Math.ceil(left / 1000);
  return seconds < 100 ? `about ${seconds}\u00A0s left` : `about ${Math.round(seconds / 60)}\u00A0min left`;
}
