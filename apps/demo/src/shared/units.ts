/** Quantities whose number and unit stay on one line. */

/** @param number as people read it. @param unit its symbol: `ms`, `MB`. */
export function withUnit(number: string, unit: string): string {
  return `${number}\u00A0${unit}`;
}
