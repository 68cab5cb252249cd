/** Residual addition with LayerNorm, and its gradient. Rows of `width` floats. */
import { Team } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { sumLanes } from '../simd';
import { columnGrain, rowGrain } from './grain';

/**
 * Computes `normal = (x + residual - mean) / deviation` and `y = normal * gamma + beta`; `inverse[row]` is `1 / deviation`.
 * The gradient needs `normal` and `inverse`.
 */
export function layerNorm(
  team: Team, thread: i32,
  x: usize, residual: usize, gamma: usize, beta: usize,
  y: usize, normal: usize, inverse: usize,
  rows: i32, width: i32, epsilon: f32,
): void {
  const stride = <usize>width << 2;
  for (let first = takeItem(team) * rowGrain; first < rows; first = takeItem(team) * rowGrain) {
    const last = min(first + rowGrain, rows);
    for (let row = first; row < last; row++) {
      const at = <usize>row * stride;
      const mean = addRow(x + at, residual + at, normal + at, width) / <f32>width;
      const variance = centerRow(normal + at, mean, width) / <f32>width;
      const scale: f32 = 1 / sqrt<f32>(variance + epsilon);
      f32.store(inverse + (<usize>row << 2), scale);
      scaleRow(normal + at, y + at, gamma, beta, scale, width);
    }
  }
  barrier(team, thread);
}

/**
 * Computes `dx`, the gradient of both `x` and `residual`, and adds to `dgamma` and `dbeta`:
 * dx = inverse * (g - mean(g) - normal * mean(g * normal)), with g = dy * gamma.
 */
export function layerNormGradient(
  team: Team, thread: i32,
  dy: usize, normal: usize, inverse: usize, gamma: usize,
  dx: usize, dgamma: usize, dbeta: usize,
  rows: i32, width: i32,
): void {
  const stride = <usize>width << 2;
  for (let first = takeItem(team) * rowGrain; first < rows; first = takeItem(team) * rowGrain) {
    const last = min(first + rowGrain, rows);
    for (let row = first; row < last; row++) {
      const at = <usize>row * stride;
      rowGradient(dy + at, normal + at, f32.load(inverse + (<usize>row << 2)), gamma, dx + at, width);
    }
  }
  barrier(team, thread);
  for (let first = takeItem(team) * columnGrain; first < width; first = takeItem(team) * columnGrain) {
    addColumnGradients(dy, normal, dgamma, dbeta, rows, width, first, min(first + columnGrain, width));
  }
  barrier(team, thread);
}

function rowGradient(dy: usize, normal: usize, inverse: f32, gamma: usize, dx: usize, width: i32): void {
  const end = width & ~3;
  let sum = f32x4.splat(0);
  let product = f32x4.splat(0);
  for (let i = 0; i < end; i += 4) {
    const j = <usize>i << 2;
    const g = f32x4.mul(v128.load(dy + j), v128.load(gamma + j));
    sum = f32x4.add(sum, g);
    product = f32x4.add(product, f32x4.mul(g, v128.load(normal + j)));
  }
  let total = sumLanes(sum);
  let correlation = sumLanes(product);
  for (let i = end; i < width; i++) {
    const j = <usize>i << 2;
    const g = f32.load(dy + j) * f32.load(gamma + j);
    total += g;
    correlation += g * f32.load(normal + j);
  }
  total /= <f32>width;
  correlation /= <f32>width;
  for (let i = 0; i < end; i += 4) {
    const j = <usize>i << 2;
    const g = f32x4.mul(v128.load(dy + j), v128.load(gamma + j));
    const shift = f32x4.add(f32x4.splat(total), f32x4.mul(v128.load(normal + j), f32x4.splat(correlation)));
    v128.store(dx + j, f32x4.mul(f32x4.splat(inverse), f32x4.sub(g, shift)));
  }
  for (let i = end; i < width; i++) {
    const j = <usize>i << 2;
    const g = f32.load(dy + j) * f32.load(gamma + j);
    f32.store(dx + j, inverse * (g - total - f32.load(normal + j) * correlation));
  }
}

/** Adds to columns `first` to `last` of the gradients of scale and shift. */
function addColumnGradients(
  dy: usize, normal: usize, dgamma: usize, dbeta: usize,
  rows: i32, width: i32, first: i32, last: i32,
): void {
  const end = first + ((last - first) & ~3);
  for (let row = 0; row < rows; row++) {
    const at = <usize>(row * width) << 2;
    for (let i = first; i < end; i += 4) {
      const j = <usize>i << 2;
      const d = v128.load(dy + at + j);
      v128.store(dgamma + j, f32x4.add(v128.load(dgamma + j), f32x4.mul(d, v128.load(normal + at + j))));
      v128.store(dbeta + j, f32x4.add(v128.load(dbeta + j), d));
    }
    for (let i = end; i < last; i++) {
      const j = <usize>i << 2;
      const d = f32.load(dy + at + j);
      f32.store(dgamma + j, f32.load(dgamma + j) + d * f32.load(normal + at + j));
      f32.store(dbeta + j, f32.load(dbeta + j) + d);
    }
  }
}

/** Computes `out = a + b`; returns the sum of `out`. */
// @ts-ignore: decorator
@inline
function addRow(a: usize, b: usize, out: usize, width: i32): f32 {
  const end = width & ~3;
  let sum = f32x4.splat(0);
  for (let i = 0; i < end; i += 4) {
    const j = <usize>(i << 2);
    const value = f32x4.add(v128.load(a + j), v128.load(b + j));
    sum = f32x4.add(sum, value);
    v128.store(out + j, value);
  }
  let total = sumLanes(sum);
  for (let i = end; i < width; i++) {
    const j = <usize>(i << 2);
    const value = f32.load(a + j) + f32.load(b + j);
    total += value;
    f32.store(out + j, value);
  }
  return total;
}

/** Subtracts `mean` in place; returns the sum of squares. */
// @ts-ignore: decorator
@inline
function centerRow(x: usize, mean: f32, width: i32): f32 {
  const end = width & ~3;
  const center = f32x4.splat(mean);
  let sum = f32x4.splat(0);
  for (let i = 0; i < end; i += 4) {
    const j = <usize>(i << 2);
    const value = f32x4.sub(v128.load(x + j), center);
    sum = f32x4.add(sum, f32x4.mul(value, value));
    v128.store(x + j, value);
  }
  let total = sumLanes(sum);
  for (let i = end; i < width; i++) {
    const j = <usize>(i << 2);
    const value = f32.load(x + j) - mean;
    total += value * value;
    f32.store(x + j, value);
  }
  return total;
}

// @ts-ignore: decorator
@inline
function scaleRow(normal: usize, y: usize, gamma: usize, beta: usize, scale: f32, width: i32): void {
  const end = width & ~3;
  const factor = f32x4.splat(scale);
  for (let i = 0; i < end; i += 4) {
    const j = <usize>(i << 2);
    const value = f32x4.mul(v128.load(normal + j), factor);
    v128.store(normal + j, value);
    v128.store(y + j, f32x4.add(f32x4.mul(value, v128.load(gamma + j)), v128.load(beta + j)));
  }
  for (let i = end; i < width; i++) {
    const j = <usize>(i << 2);
    const value = f32.load(normal + j) * scale;
    f32.store(normal + j, value);
    f32.store(y + j, value * f32.load(gamma + j) + f32.load(beta + j));
  }
}
