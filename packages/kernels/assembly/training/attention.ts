/**
 * Self-attention of packed sequences: rows of `qkv` are tokens, `[query | key | value]`, each `heads * size` wide. Sequence
 * `s` has the rows `starts[s]` to `starts[s + 1]`; no token sees another sequence, and there is no padding to mask.
 */
import { hash } from './dropout';
import { expOfAtMost88 } from '../math';
import { sumLanes } from '../simd';
import { multiply, multiplyByRows } from './matrix';

/**
 * Writes `context[tokens, heads * size]` and the probabilities before dropout, `[length, length]` for each head of each
 * sequence, one after another. `scratch` holds one such square.
 */
export function attend(
  qkv: usize, starts: usize, context: usize, probabilities: usize, scratch: usize,
  sequences: i32, heads: i32, size: i32, key: u32, threshold: u32, keepScale: f32,
): void {
  const hidden = heads * size;
  const stride = 3 * hidden;
  const scale: f32 = 1 / sqrt<f32>(<f32>size);
  let square = probabilities;
  for (let s = 0; s < sequences; s++) {
    const first = i32.load(starts + (<usize>s << 2));
    const length = i32.load(starts + (<usize>(s + 1) << 2)) - first;
    for (let head = 0; head < heads; head++) {
      const query = qkv + (<usize>(first * stride + head * size) << 2);
      const keys = query + (<usize>hidden << 2);
      const values = keys + (<usize>hidden << 2);
      multiplyByRows(query, stride, keys, stride, square, length, length, length, size, scale);
      for (let row = 0; row < length; row++) softmaxRow(square + (<usize>(row * length) << 2), length);
      let weights = square;
      if (threshold != 0) {
        weights = scratch;
        dropSquare(square, scratch, length, <u32>((square - probabilities) >> 2), key, threshold, keepScale);
      }
      multiply(weights, length, 1, values, stride, context + (<usize>(first * hidden + head * size) << 2), hidden, length, size, length);
      square += <usize>(length * length) << 2;
    }
  }
}

/** Writes `dqkv` from the gradient of `context`. `scratch` holds two squares of the longest sequence. */
export function attendGradient(
  qkv: usize, starts: usize, probabilities: usize, dcontext: usize, dqkv: usize, scratch: usize, longest: i32,
  sequences: i32, heads: i32, size: i32, key: u32, threshold: u32, keepScale: f32,
): void {
  const hidden = heads * size;
  const stride = 3 * hidden;
  const scale: f32 = 1 / sqrt<f32>(<f32>size);
  const dropped = scratch + (<usize>(longest * longest) << 2);
  let square = probabilities;
  for (let s = 0; s < sequences; s++) {
    const first = i32.load(starts + (<usize>s << 2));
    const length = i32.load(starts + (<usize>(s + 1) << 2)) - first;
    for (let head = 0; head < heads; head++) {
      const part = <usize>(first * stride + head * size) << 2;
      const width = <usize>hidden << 2;
      const d = dcontext + (<usize>(first * hidden + head * size) << 2);
      let weights = square;
      const index = <u32>((square - probabilities) >> 2);
      if (threshold != 0) {
        weights = dropped;
        dropSquare(square, dropped, length, index, key, threshold, keepScale);
      }
      multiply(weights, 1, length, d, hidden, dqkv + part + 2 * width, stride, length, size, length); // values
      multiplyByRows(d, hidden, qkv + part + 2 * width, stride, scratch, length, length, length, size, 1);
      if (threshold != 0) dropSquare(scratch, scratch, length, index, key, threshold, keepScale);
      for (let row = 0; row < length; row++) {
        const at = <usize>(row * length) << 2;
        softmaxRowGradient(square + at, scratch + at, length, scale);
      }
      multiply(scratch, length, 1, qkv + part + width, stride, dqkv + part, stride, length, size, length); // query
      multiply(scratch, 1, length, qkv + part, stride, dqkv + part + width, stride, length, size, length); // key
      square += <usize>(length * length) << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function dropSquare(x: usize, y: usize, length: i32, first: u32, key: u32, threshold: u32, keepScale: f32): void {
  const count = length * length;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2;
    f32.store(y + at, hash(key, first + <u32>i) < threshold ? f32.load(x + at) * keepScale : 0);
  }
}

function softmaxRow(x: usize, length: i32): void {
  let highest: f32 = -Infinity;
  for (let i = 0; i < length; i++) highest = max(highest, f32.load(x + (<usize>i << 2)));
  const end = length & ~3;
  let sum = f32x4.splat(0);
  for (let i = 0; i < end; i += 4) {
    const at = x + (<usize>i << 2);
    const e = expOfAtMost88(f32x4.sub(v128.load(at), f32x4.splat(highest)));
    v128.store(at, e);
    sum = f32x4.add(sum, e);
  }
  let total = sumLanes(sum);
  for (let i = end; i < length; i++) {
    const at = x + (<usize>i << 2);
    const e = f32x4.extract_lane(expOfAtMost88(f32x4.splat(f32.load(at) - highest)), 0);
    f32.store(at, e);
    total += e;
  }
  const factor: f32 = 1 / total;
  for (let i = 0; i < end; i += 4) {
    const at = x + (<usize>i << 2);
    v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(factor)));
  }
  for (let i = end; i < length; i++) {
    const at = x + (<usize>i << 2);
    f32.store(at, f32.load(at) * factor);
  }
}

/** In place: `d = scale * p * (d - sum(p * d))`. */
function softmaxRowGradient(p: usize, d: usize, length: i32, scale: f32): void {
  const end = length & ~3;
  let sum = f32x4.splat(0);
  for (let i = 0; i < end; i += 4) {
    const at = <usize>i << 2;
    sum = f32x4.add(sum, f32x4.mul(v128.load(p + at), v128.load(d + at)));
  }
  let total = sumLanes(sum);
  for (let i = end; i < length; i++) total += f32.load(p + (<usize>i << 2)) * f32.load(d + (<usize>i << 2));
  for (let i = 0; i < end; i += 4) {
    const at = <usize>i << 2;
    const centered = f32x4.sub(v128.load(d + at), f32x4.splat(total));
    v128.store(d + at, f32x4.mul(f32x4.splat(scale), f32x4.mul(v128.load(p + at), centered)));
  }
  for (let i = end; i < length; i++) {
    const at = <usize>i << 2;
    f32.store(d + at, scale * f32.load(p + at) * (f32.load(d + at) - total));
  }
}
