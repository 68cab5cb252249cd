/** Makes curves readable: smooths them, and limits the number of points. */

/** A point of a curve: step, value. */
export type Point = readonly [x: number, y: number];

/** Maximum number of points of a curve. */
const maxPoints = 400;

/** Returns the exponential moving average, with weight 0.1 for the newest value and bias correction for the first ones. */
export function smooth(values: readonly number[]): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = 0.9 * sum + 0.1 * value;
    weight = 0.9 * weight + 0.1;
    return sum / weight;
  });
}

/** Returns points for the values of steps 1, 2, ..., thinned out evenly, and always with the last. */
export function pointsOf(values: readonly number[]): Point[] {
  const stride = Math.ceil(values.length / maxPoints);
  return values.flatMap((value, index): Point[] =>
    (values.length - 1 - index) % stride === 0 ? [[index + 1, value]] : [],
  );
}
