/** Decides whether two constants of a file are the same weight. */
import { equalBytes } from '../../equal-bytes.ts';
import { blockAt, readNumbers, sidesOf } from './constant.ts';
import type { Matrix } from './linears.ts';

/** Returns the number of rows of `[out, in]`. */
export const rowsOf = ({ value, byColumns }: Matrix): number => value.shape[byColumns ? 1 : 0] ?? 0;

/**
 * Returns the more exact of two versions of a weight, or undefined if they are different weights. Some quantizers identify
 * constants by name, quantize the one that one layer uses, and leave the floats for the other layers.
 */
export function sameWeight(a: Matrix, b: Matrix): Matrix | undefined {
  if (equalWeights(a, b)) return a;
  if (a.value.quantized && !b.value.quantized) return isRounded(a, b) ? b : undefined;
  if (b.value.quantized && !a.value.quantized) return isRounded(b, a) ? a : undefined;
  return undefined;
}

/** Whether the values are equal, regardless of layout. */
export function equalWeights(a: Matrix, b: Matrix): boolean {
  const [x, y] = [a.value, b.value];
  if (x === y) return true;
  const plain = !x.quantized && !y.quantized && x.dtype === y.dtype && a.byColumns === b.byColumns;
  if (plain) return x.shape.join() === y.shape.join() && equalBytes(x.bytes, y.bytes);
  return agree(a, b, () => 0);
}

/** Whether one is the other, rounded by up to half a step, or by one step for a clipped extreme of a 4-bit block. */
function isRounded(quantized: Matrix, floats: Matrix): boolean {
  const { quantized: blocks } = quantized.value;
  const [, width] = sidesOf(quantized.value);
  if (!blocks) return false;
  const step = (row: number, column: number): number => {
    const [y, x] = quantized.byColumns ? [column, row] : [row, column];
    return 1.01 * Math.abs(blocks.scales[blockAt(blocks, width, y, x)] ?? 0);
  };
  return agree(quantized, floats, step);
}

/** @param tolerance by row and column of `[out, in]` */
function agree(a: Matrix, b: Matrix, tolerance: (row: number, column: number) => number): boolean {
  const rows = rowsOf(a);
  const [x, y] = [readNumbers(a.value), readNumbers(b.value)];
  if (rows !== rowsOf(b) || x.length !== y.length) return false;
  const columns = x.length / Math.max(rows, 1);
  const at = ({ byColumns }: Matrix, row: number, column: number): number =>
    byColumns ? column * rows + row : row * columns + column;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const difference = Math.abs((x[at(a, row, column)] ?? NaN) - (y[at(b, row, column)] ?? NaN));
      if (!(difference <= tolerance(row, column))) return false;
    }
  }
  return true;
}
