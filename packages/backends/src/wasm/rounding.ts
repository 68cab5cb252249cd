/** Rounds the weights of a linear layer to int8 so that no sum of products overflows. */
import type { Dot } from './dot.ts';
import { panelSize } from './panels.ts';

const maxIn16Bits = 32767;

/** Returns the largest allowed sum of weights of one sign, among four whose products are summed in 16 bits. */
export function maxSumOfFour({ sumsIn16Bits, levels }: Dot): number {
  return sumsIn16Bits ? Math.floor(maxIn16Bits / levels) : Infinity;
}

/**
 * Rounds one output's weights to symmetric int8, coarse enough that no four weights of one sign add up to more than `most`.
 *
 * @param stored the scale of weights that are already int8
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

// Not `for ... of`, which takes ten times as long in JavaScriptCore and allocates an object for each value.
function largestIn(row: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, Math.abs(row[i] ?? 0));
  return largest;
}

/** Returns the sum of a row's values. */
export function sumOf(row: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] ?? 0;
  return sum;
}

/** Returns the largest sum of one sign over inputs 0, 1, 4, 5 or 2, 3, 6, 7 of a panel: see `dot8` in tile-q8.ts. */
export function maxFourIn(row: Float32Array): number {
  let largest = 0;
  for (let k = 0; k < row.length; k += panelSize) {
    largest = Math.max(largest, ofOneSign(row, k), ofOneSign(row, k + 2));
  }
  return largest;
}

/** Returns the larger sum of one sign among four: half of the sum of their sizes plus the size of their sum. */
function ofOneSign(row: Float32Array, i: number): number {
  const a = row[i] ?? 0;
  const b = row[i + 1] ?? 0;
  const c = row[i + 4] ?? 0;
  const d = row[i + 5] ?? 0;
  return (Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d) + Math.abs(a + b + c + d)) / 2;
}
