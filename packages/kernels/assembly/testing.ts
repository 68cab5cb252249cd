/** Single kernels, for tests and the micro-benchmark. Not part of the four builds. */
import { activate } from './generated/activate';
import { Activation, Dot, GemmStart, Team } from './generated/records';
import { erf, exp } from './math';
import { multiplyTile } from './inference/tile-f32';
import { multiplyTileQ8 } from './inference/tile-q8';
import { gemm } from './training/gemm';

export { normalizeRow } from './inference/layer-norm';
export { tilesInBlock } from './inference/linear';
export { isExact, leastActivation } from './inference/tile-q8';
export { panelWeights } from './inference/unpack';
export { multiplyTile, multiplyTileQ8 };

/** Computes `out = exp(x)` for a multiple of four elements. */
export function applyExp(x: usize, count: i32, out: usize): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16, out += 16) v128.store(out, exp(v128.load(x)));
}

/** Computes `out = erf(x)` for a multiple of four elements. */
export function applyErf(x: usize, count: i32, out: usize): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16, out += 16) v128.store(out, erf(v128.load(x)));
}

/** Computes `out = activation(x)` for a multiple of four elements. */
export function applyActivation(activation: Activation, x: usize, count: i32, out: usize): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16, out += 16) v128.store(out, activate(activation, v128.load(x)));
}

/** Multiplies the same tile `times` times from the first-level cache, to measure the peak speed of the inner loops. */
export function repeatTile(dot: Dot, rows: i32, times: i32, a: usize, w: usize, panels: i32, out: usize): void {
  for (let i = 0; i < times; i++) {
    if (dot != Dot.none) multiplyTileQ8(dot, rows, a, w, 1, panels, out);
    else multiplyTile(rows, a, rows << 5, w, panels, out);
  }
}

/** Computes `c[rows, columns] = a[rows, depth] b[depth, columns]` with `gemm`, on one thread. `team` has room for a `Team`. */
export function multiplyPacked(a: usize, b: usize, c: usize, rows: i32, columns: i32, depth: i32, team: usize, scratch: usize): void {
  const alone = changetype<Team>(team);
  alone.threads = 1;
  alone.nextItem = 0;
  gemm(alone, 0, a, depth, 1, b, columns, 1, c, columns, rows, columns, depth, GemmStart.zero, 0, scratch);
}
