import { Activation, activate } from './math';
import { barrier, takeItem } from './parallel';
import { Pass, tileRows, tileStart } from './records';
import { madd, maxLane, minLane } from './simd';
import { quantisedPanelBytes } from './tile-q8';

/** 1.5 * 2^23: see `math.ts`; its bit pattern is subtracted to leave the integer. */
const roundingShift: f32 = 12582912.0;
const roundingBits: i32 = 0x4b400000;

/** Activates `input` (tiles of f32, `panels` wide) in place and quantises its rows into the pass's quantised input. */
export function quantiseRows(pass: Pass, thread: i32, input: usize, panels: i32, activation: Activation): void {
  for (let tile = takeItem(pass); tile < pass.tiles; tile = takeItem(pass)) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    const x = input + (<usize>(start * panels) << 5);
    for (let row = 0; row < rows; row++) {
      quantiseRow(pass, x + (row << 5), start, rows, row, panels, activation);
    }
  }
  barrier(pass, thread);
}

/**
 * One row of a tile to 8 bits: `q = round(x / scale) + zero`, 0 exactly at `zero`, the row's range over all 256 values.
 */
export function quantiseRow(
  pass: Pass,
  x: usize,
  start: i32,
  rows: i32,
  row: i32,
  panels: i32,
  activation: Activation,
): void {
  const stride = <usize>(rows << 5);
  const end = x + <usize>panels * stride;
  let low0 = f32x4.splat(0), low1 = low0, high0 = low0, high1 = low0;
  for (let p = x; p < end; p += stride) {
    let x0 = v128.load(p), x1 = v128.load(p, 16);
    if (activation != Activation.none) {
      x0 = activate(activation, x0);
      x1 = activate(activation, x1);
      v128.store(p, x0);
      v128.store(p, x1, 16);
    }
    low0 = f32x4.pmin(low0, x0);
    low1 = f32x4.pmin(low1, x1);
    high0 = f32x4.pmax(high0, x0);
    high1 = f32x4.pmax(high1, x1);
  }
  const low = minLane(f32x4.pmin(low0, low1)), high = maxLane(f32x4.pmax(high0, high1));
  const scale = max((high - low) / 255, f32.MIN_NORMAL_VALUE);
  const zero = nearest(-low / scale) + <f32>pass.leastActivation;
  store<f32>(pass.rowScales + (<usize>(start + row) << 2), scale);
  store<i32>(pass.rowZeros + (<usize>(start + row) << 2), <i32>zero);

  const inverse = f32x4.splat(1 / scale), shift = f32x4.splat(roundingShift + zero), bits = i32x4.splat(roundingBits);
  const least = i16x8.splat(<i16>pass.leastActivation), most = i16x8.add(least, i16x8.splat(255));
  let q = pass.quantisedInput + <usize>(start * panels + row) * quantisedPanelBytes;
  for (let p = x; p < end; p += stride, q += rows * quantisedPanelBytes) {
    const n0 = i32x4.sub(madd(v128.load(p), inverse, shift), bits);
    const n1 = i32x4.sub(madd(v128.load(p, 16), inverse, shift), bits);
    // Rounding `zero` can take the ends of the range one step out of it.
    const values = i16x8.min_s(i16x8.max_s(i16x8.narrow_i32x4_s(n0, n1), least), most);
    if (ASC_FEATURE_RELAXED_SIMD) v128.store64_lane(q, lowBytes(values), 0);
    else v128.store(q, values);
  }
}

/** The low byte of each 16 bits, twice. */
// @ts-ignore: decorator
@inline
function lowBytes(x: v128): v128 {
  const low = v128.and(x, i16x8.splat(255));
  return i8x16.narrow_i16x8_u(low, low);
}
