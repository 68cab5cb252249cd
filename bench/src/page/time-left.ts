/** How long a measurement still takes, from how much of it is done. */

/** Below this nobody wants to know (ms). */
const worthSaying = 2000;

/** @param share of the work, 0 to 1. @returns `about 12 s left`; empty where it cannot be told or is soon over */
export function timeLeft(share: number, elapsedMs: number): string {
  if (share <= 0 || share >= 1) return '';
  const left = (elapsedMs * (1 - share)) / share;
  if (left < worthSaying) return '';
  const seconds = Math.ceil(left / 1000);
  return seconds < 100 ? `about ${seconds}\u00A0s left` : `about ${Math.round(seconds / 60)}\u00A0min left`;
}
