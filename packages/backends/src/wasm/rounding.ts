/** Rounds the weights of a linear layer to int8, so that no sum of products overflows. */
import type { Dot } from './dot.ts';
import { panelSize } from './panels.ts';

const maxIn16Bits = 32767;

/** The most that the weights of one sign may come to among four whose products are summed in 16 bits. */
export function maxSumOfFour({ sumsIn16Bits, levels }: Dot): number {
  return sumsIn16Bits ? Math.floor(maxIn16Bits / levels) : Infinity;
}

/**
 * One output's weights in int8, symmetric, so coarse that no four of one sign come to more than `most`.
 *
 * @param stored the scale of weights that are int8 already
 * @param rounded receives the int8 values
 * @returns the scale, and the sum of the int8 values
 */
export function roundRow(
  exact: Float32Array,
  stored: number | undefined,
  most: number,
  rounded: Float32Array,
): { scale: number; sum: number } {
  let step = stored === undefined ? largestIn(exact) / 127 || 1 : 1;
  for (;;) {
    if (step === 1) rounded.set(exact);
    else for (let i = 0; i < exact.length; i++) rounded[i] = Math.round((exact[i] ?? 0) / step);
    const largest = maxFourIn(rounded);
    if (largest <= most) break;
    step *= largest / most;
  }
  return { scale: step * (stored ?? 1), sum: sumOf(rounded) };
}

// Not `for ... of`, which takes ten times as long in JavaScriptCore and leaves an object for each value.
function largestIn(row: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, Math.abs(row[i] ?? 0));
  return largest;
}

/** Sum of a row's values. */
export function sumOf(row: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] ?? 0;
  return sum;
}

/** Largest sum of one sign over inputs 0, 1, 4, 5 or 2, 3, 6, 7 of a panel: see `dot8` in assembly/inference/tile-q8.ts. */
export function maxFourIn(row: Float32Array): number {
  let largest = 0;
  for (let k = 0; k < row.length; k += panelSize) {
    largest = Math.max(largest, ofOneSign(row, k), ofOneSign(row, k + 2));
  }
  return largest;
}

/** The sum of the positive, or of the negative ones among four: half of what their sizes and their sum come to. */
function ofOneSign(row: Float32Array, i: number): number {
  const a = row[i] ?? 0;
  const b = row[i + 1] ?? 0;
  const c = row[i + 4] ?? 0;
  const d = row[i + 5] ?? 0;
  return (Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d) + Math.abs(a + b + c + d)) / 2;
}
