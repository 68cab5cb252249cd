/** Curves that can be read: smoothed, and with no more points than a screen shows. */

/** A point of a curve: step, value. */
export type Point = readonly [x: number, y: number];

/** Points a curve is drawn with at most. */
const maxPoints = 400;

/** Running mean that forgets: a weight of one tenth for the newest value. The first values are means of themselves alone. */
export function smooth(values: readonly number[]): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = 0.9 * sum + 0.1 * value;
    weight = 0.9 * weight + 0.1;
    return sum / weight;
  });
}

/** Values of steps 1, 2, ...; every so many of them, and always the last. */
export function pointsOf(values: readonly number[]): Point[] {
  const stride = Math.ceil(values.length / maxPoints);
  return values.flatMap((value, index): Point[] =>
    (values.length - 1 - index) % stride === 0 ? [[index + 1, value]] : [],
  );
}
