import { Activation, Dot, Halving, Norm, Pass } from '../generated/records';
import { barrier, takeItem } from './parallel';
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

/** The same of the hidden state, which it also quantizes for the next product where that is int8. */
export function normalizeHidden(pass: Pass, thread: i32, norm: Norm, halving: Halving | null): void {
  for (let tile = takeItem(pass); tile < pass.tiles; tile = takeItem(pass)) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    for (let row = 0; row < rows; row++) {
      const x = pass.hidden + (<usize>(start * pass.hiddenPanels + row) << 5);
      normalizeRow(x, rows << 5, pass.epsilon, norm);
      if (pass.dot != Dot.none) quantizeRow(pass, x, start, rows, row, pass.hiddenPanels, Activation.none, halving);
    }
  }
  barrier(pass, thread);
}

/** One row, 8 elements at every `stride` bytes: `(x - mean) / sqrt(variance + epsilon) * weight + bias`. Padding stays 0. */
function normalizeRow(x: usize, stride: usize, epsilon: f32, norm: Norm): void {
  const size = norm.size;
  let weight = norm.weight, bias = norm.bias;
  const panels = <usize>((size + 7) >> 3);
  const end = x + panels * stride;
  let sum0 = f32x4.splat(0), sum1 = sum0;
  for (let p = x; p < end; p += stride) {
    sum0 = f32x4.add(sum0, v128.load(p));
    sum1 = f32x4.add(sum1, v128.load(p, 16));
  }
  const mean = sumLanes(f32x4.add(sum0, sum1)) / <f32>size;
  const means = f32x4.splat(mean);
  sum0 = f32x4.splat(0);
  sum1 = sum0;
  for (let p = x; p < end; p += stride) {
    const d0 = f32x4.sub(v128.load(p), means), d1 = f32x4.sub(v128.load(p, 16), means);
    sum0 = madd(d0, d0, sum0);
    sum1 = madd(d1, d1, sum1);
  }
  // The padding of the last panel is 0, so each of its elements has added mean^2.
  const padding = <f32>(<i32>(panels << 3) - size);
  const variance = max(sumLanes(f32x4.add(sum0, sum1)) - padding * mean * mean, 0) / <f32>size;
  const scale = f32x4.splat(1 / sqrt(variance + epsilon));
  for (let p = x; p < end; p += stride, weight += 32, bias += 32) {
    const d0 = f32x4.sub(v128.load(p), means), d1 = f32x4.sub(v128.load(p, 16), means);
    v128.store(p, madd(f32x4.mul(d0, scale), v128.load(weight), v128.load(bias)));
    v128.store(p, madd(f32x4.mul(d1, scale), v128.load(weight, 16), v128.load(bias, 16)), 16);
  }
}
