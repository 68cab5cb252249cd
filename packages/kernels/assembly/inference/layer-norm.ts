import { Activation, Dot, Outliers, Norm, Pass } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { madd, sumLanes } from '../simd';
import { quantizeRow } from './quantize';
import { tileRows, tileStart } from './tiles';

/** Normalizes every row of `x` (tiles of f32) in place. */
export function layerNorm(pass: Pass, thread: i32, norm: Norm, x: usize): void {
  const panels = (norm.size + 7) >> 3;
  for (let tile = takeItem(pass); tile < pass.tiles; tile = takeItem(pass)) {
    const rows = tileRows(pass, tile);
    const first = x + (<usize>(tileStart(pass, tile) * panels) << 5);
    for (let row = 0; row < rows; row++) normalizeRow(first + (row << 5), rows << 5, pass.epsilon, norm);
  }
  barrier(pass, thread);
}

/** Normalizes the hidden state, and quantizes it if the next product is int8. */
export function normalizeHidden(pass: Pass, thread: i32, norm: Norm, outliers: Outliers | null): void {
  for (let tile = takeItem(pass); tile < pass.tiles; tile = takeItem(pass)) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    for (let row = 0; row < rows; row++) {
      const x = pass.hidden + (<usize>(start * pass.hiddenPanels + row) << 5);
      normalizeRow(x, rows << 5, pass.epsilon, norm);
      if (pass.dot != Dot.none) quantizeRow(pass, x, start, rows, row, pass.hiddenPanels, Activation.none, outliers);
    }
  }
  barrier(pass, thread);
}

/**
 * Normalizes one row, with 8 elements every `stride` bytes: `(x - mean) / sqrt(variance + epsilon) * weight + bias`. Padding
 * stays 0.
 *
 * The sums are over distances to a first estimate of the mean, and the mean of these distances is subtracted too: so rows far
 * from 0 keep digits that a mean in f32 would lose.
 */
export function normalizeRow(x: usize, stride: usize, epsilon: f32, norm: Norm): void {
  const size = norm.size;
  const end = x + <usize>((size + 7) >> 3) * stride;
  const last = end - stride;
  // Masks of the lanes in the last panel that are columns.
  const columns = i32x4.splat(size - ((size - 1) & ~7));
  const mask0 = i32x4.lt_s(i32x4(0, 1, 2, 3), columns), mask1 = i32x4.lt_s(i32x4(4, 5, 6, 7), columns);

  let sum0 = f32x4.splat(0), sum1 = sum0;
  for (let p = x; p < end; p += stride) {
    sum0 = f32x4.add(sum0, v128.load(p));
    sum1 = f32x4.add(sum1, v128.load(p, 16));
  }
  const means = f32x4.splat(sumLanes(f32x4.add(sum0, sum1)) / <f32>size);

  sum0 = f32x4.splat(0);
  sum1 = sum0;
  let squares0 = sum0, squares1 = sum0;
  for (let p = x; p < end; p += stride) {
    let d0 = f32x4.sub(v128.load(p), means), d1 = f32x4.sub(v128.load(p, 16), means);
    if (p == last) {
      d0 = v128.and(d0, mask0);
      d1 = v128.and(d1, mask1);
    }
    v128.store(p, d0);
    v128.store(p, d1, 16);
    sum0 = f32x4.add(sum0, d0);
    sum1 = f32x4.add(sum1, d1);
    squares0 = madd(d0, d0, squares0);
    squares1 = madd(d1, d1, squares1);
  }
  const shift = sumLanes(f32x4.add(sum0, sum1)) / <f32>size;
  const variance = max(sumLanes(f32x4.add(squares0, squares1)) / <f32>size - shift * shift, 0);

  const shifts = f32x4.splat(shift), scale = f32x4.splat(1 / sqrt(variance + epsilon));
  let weight = norm.weight, bias = norm.bias;
  for (let p = x; p < end; p += stride, weight += 32, bias += 32) {
    // The weights and biases of padding are 0.
    const n0 = f32x4.mul(f32x4.sub(v128.load(p), shifts), scale);
    const n1 = f32x4.mul(f32x4.sub(v128.load(p, 16), shifts), scale);
    v128.store(p, madd(n0, v128.load(weight), v128.load(bias)));
    v128.store(p, madd(n1, v128.load(weight, 16), v128.load(bias, 16)), 16);
  }
}
