import { activate } from '../generated/activate';
import { Activation, Outliers, Pass } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { madd, maxLane, minLane } from '../simd';
import { quantizedPanelBytes } from './tile-q8';
import { tileRows, tileStart } from './tiles';

/** 1.5 * 2^23 (see `math.ts`). Subtracting its bit pattern leaves the integer. */
const roundingShift: f32 = 12582912.0;
const roundingBits: i32 = 0x4b400000;

/** Activates `input` (tiles of f32, `panels` wide) in place and quantizes its rows into the pass's quantized input. */
export function quantizeRows(pass: Pass, thread: i32, input: usize, panels: i32, activation: Activation, outliers: Outliers | null): void {
  for (let tile = takeItem(pass); tile < pass.tiles; tile = takeItem(pass)) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    const x = input + (<usize>(start * panels) << 5);
    for (let row = 0; row < rows; row++) {
      quantizeRow(pass, x + (row << 5), start, rows, row, panels, activation, outliers);
    }
  }
  barrier(pass, thread);
}

/**
 * Quantizes one row of a tile to 8 bits, or 10: `q = round(x / scale) + zero`, with 0 exactly at `zero` and the row's range in
 * `pass.levels` steps. Outliers count as 0, and are copied to the pass's outliers in f32. With two terms, a second row of 8 bits
 * stores the rounding error of the first.
 */
export function quantizeRow(
  pass: Pass,
  x: usize,
  start: i32,
  rows: i32,
  row: i32,
  panels: i32,
  activation: Activation,
  outliers: Outliers | null,
): void {
  const stride = <usize>(rows << 5);
  const end = x + <usize>panels * stride;
  const factors = outliers === null ? 0 : outliers.factors;
  let low0 = f32x4.splat(0), low1 = low0, high0 = low0, high1 = low0;
  for (let p = x, column: usize = 0; p < end; p += stride, column += 32) {
    let x0 = v128.load(p), x1 = v128.load(p, 16);
    if (activation != Activation.none) {
      x0 = activate(activation, x0);
      x1 = activate(activation, x1);
      v128.store(p, x0);
      v128.store(p, x1, 16);
    }
    x0 = withoutOutliers(x0, factors, column);
    x1 = withoutOutliers(x1, factors, column + 16);
    low0 = f32x4.pmin(low0, x0);
    low1 = f32x4.pmin(low1, x1);
    high0 = f32x4.pmax(high0, x0);
    high1 = f32x4.pmax(high1, x1);
  }
  const low = minLane(f32x4.pmin(low0, low1)), high = maxLane(f32x4.pmax(high0, high1));
  const scale = max((high - low) / <f32>pass.levels, f32.MIN_NORMAL_VALUE);
  const zero = nearest(-low / scale) + <f32>pass.leastActivation;
  storeScale(pass, start * pass.terms + row, scale, <i32>zero);

  const inverse = f32x4.splat(1 / scale), shift = f32x4.splat(roundingShift + zero), bits = i32x4.splat(roundingBits);
  const least = i16x8.splat(<i16>pass.leastActivation), most = i16x8.add(least, i16x8.splat(<i16>pass.levels));
  const quantized = pass.quantizedInput + <usize>(start * pass.terms * panels + row) * quantizedPanelBytes;
  const quantizedStride = <usize>(rows * pass.terms) * quantizedPanelBytes;
  for (let p = x, q = quantized, column: usize = 0; p < end; p += stride, column += 32, q += quantizedStride) {
    const x0 = withoutOutliers(v128.load(p), factors, column), x1 = withoutOutliers(v128.load(p, 16), factors, column + 16);
    const n0 = i32x4.sub(madd(x0, inverse, shift), bits);
    const n1 = i32x4.sub(madd(x1, inverse, shift), bits);
    storeQuantized(q, n0, n1, least, most);
  }
  if (pass.terms == 2) {
    const rest = quantized + <usize>rows * quantizedPanelBytes;
    const finer = <f32>(pass.levels >> 1);
    storeScale(pass, start * 2 + rows + row, scale / finer, (pass.levels >> 1) + pass.leastActivation);
    for (let p = x, q = rest, column: usize = 0; p < end; p += stride, column += 32, q += quantizedStride) {
      const x0 = withoutOutliers(v128.load(p), factors, column), x1 = withoutOutliers(v128.load(p, 16), factors, column + 16);
      const n0 = restOf(pass, x0, inverse, shift, zero, finer), n1 = restOf(pass, x1, inverse, shift, zero, finer);
      storeQuantized(q, n0, n1, least, most);
    }
  }
  if (outliers !== null) gatherOutliers(pass, outliers, x, start, rows, row);
}

/** Stores the scale and zero point of an int8 row: `x = (q - zero) * scale`. */
// @ts-ignore: decorator
@inline
function storeScale(pass: Pass, index: i32, scale: f32, zero: i32): void {
  store<f32>(pass.rowScales + (<usize>index << 2), scale);
  store<i32>(pass.rowZeros + (<usize>index << 2), zero);
}

/** Returns the rounding error of four columns (at most one step, at the ends of the range), in steps `finer` times as fine. */
function restOf(pass: Pass, x: v128, inverse: v128, shift: v128, zero: f32, finer: f32): v128 {
  const least = i32x4.splat(pass.leastActivation), most = i32x4.splat(pass.leastActivation + pass.levels);
  const rounded = i32x4.sub(madd(x, inverse, shift), i32x4.splat(roundingBits));
  const kept = f32x4.convert_i32x4_s(i32x4.min_s(i32x4.max_s(rounded, least), most));
  const rest = f32x4.add(f32x4.mul(x, inverse), f32x4.sub(f32x4.splat(zero), kept));
  const middle = f32x4.splat(roundingShift + finer + <f32>pass.leastActivation);
  return i32x4.sub(madd(rest, f32x4.splat(finer), middle), i32x4.splat(roundingBits));
}

/** Returns four columns with outliers set to 0. `column` is in bytes; `factors` is 0 if there are no outliers. */
// @ts-ignore: decorator
@inline
function withoutOutliers(x: v128, factors: usize, column: usize): v128 {
  return factors != 0 ? f32x4.mul(x, v128.load(factors + column)) : x;
}

/** Copies a row's outliers into their tiles. */
function gatherOutliers(pass: Pass, outliers: Outliers, x: usize, start: i32, rows: i32, row: i32): void {
  const stride = <usize>(rows << 5);
  let columns = outliers.columns;
  let to = pass.outlierInput + (<usize>(start * outliers.panels + row) << 5);
  for (let panel = 0; panel < outliers.panels; panel++, to += stride) {
    for (let column: usize = 0; column < 32; column += 4, columns += 4) {
      store<f32>(to + column, load<f32>(columnOf(load<i32>(columns), x, stride)));
    }
  }
}

/** Returns the address of one column of a row whose panels are `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function columnOf(column: i32, x: usize, stride: usize): usize {
  return x + <usize>(column >> 3) * stride + (<usize>(column & 7) << 2);
}

/** Stores eight values as the products read them, clamped: a rounded zero point can push the ends one step out of range. */
// @ts-ignore: decorator
@inline
function storeQuantized(q: usize, n0: v128, n1: v128, least: v128, most: v128): void {
  const values = i16x8.min_s(i16x8.max_s(i16x8.narrow_i32x4_s(n0, n1), least), most);
  if (ASC_FEATURE_RELAXED_SIMD) v128.store64_lane(q, lowBytes(values), 0);
  else v128.store(q, values);
}

/** Returns the low byte of each 16 bits, twice. */
// @ts-ignore: decorator
@inline
function lowBytes(x: v128): v128 {
  const low = v128.and(x, i16x8.splat(255));
  return i8x16.narrow_i16x8_u(low, low);
}
