/** Formats quantities so that number and unit stay on one line. */

/** Joins a number and its unit. @param number formatted number @param unit symbol of the unit: `ms`, `MB` */
export function withUnit(number: string, unit: string): string {
  return `${number}\u00A0${unit}`;
}
