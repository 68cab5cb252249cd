/**
 * Self-attention over packed sequences. Rows of `keyValues` are tokens, `[key | value]`, each `heads * size` wide. Sequence `s`
 * has rows `starts[s]` to `starts[s + 1]`; no token sees another sequence, and there is no padding to mask. Its queries are rows
 * `queryStarts[s]` to `queryStarts[s + 1]` of `queries`: one for each token, or only for the first ones. Strides are in floats.
 */
import { hash } from './dropout';
import { Team } from '../generated/records';
import { expOfAtMost88 } from '../math';
import { barrier, takeItem } from '../parallel';
import { sumLanes } from '../simd';
import { multiply, multiplyByRows } from './matrix';

/**
 * Writes `context[queries, heads * size]` and the probabilities before dropout, `[queries, length]` for each head of each
 * sequence, one after another. `scratch` holds `scratchSize` floats for each thread: a square of the longest sequence.
 */
export function attend(
  team: Team, thread: i32,
  queries: usize, queryStride: i32, queryStarts: usize, keyValues: usize, stride: i32, starts: usize,
  context: usize, probabilities: usize, scratch: usize, scratchSize: i32,
  sequences: i32, heads: i32, size: i32, key: u32, threshold: u32, keepScale: f32,
): void {
  const hidden = heads * size;
  const scale: f32 = 1 / sqrt<f32>(<f32>size);
  const dropped = scratch + (<usize>(thread * scratchSize) << 2);
  // Offset of a sequence's probabilities, and what it would be if every token were a query, which is the index for dropout.
  let stored = 0;
  let whole = 0;
  let s = 0;
  for (let item = takeItem(team); item < sequences * heads; item = takeItem(team)) {
    for (; s < item / heads; s++) {
      stored += heads * rowsOf(queryStarts, s) * rowsOf(starts, s);
      whole += heads * rowsOf(starts, s) * rowsOf(starts, s);
    }
    const head = item % heads;
    const length = rowsOf(starts, s);
    const count = rowsOf(queryStarts, s);
    const scores = probabilities + (<usize>(stored + head * count * length) << 2);
    const query = queries + (<usize>(firstRow(queryStarts, s) * queryStride + head * size) << 2);
    const keys = keyValues + (<usize>(firstRow(starts, s) * stride + head * size) << 2);
    const values = keys + (<usize>hidden << 2);
    multiplyByRows(query, queryStride, keys, stride, scores, length, count, length, size, scale);
    for (let row = 0; row < count; row++) softmaxRow(scores + (<usize>(row * length) << 2), length);
    let weights = scores;
    if (threshold != 0) {
      weights = dropped;
      dropScores(scores, dropped, count * length, <u32>(whole + head * length * length), key, threshold, keepScale);
    }
    const out = context + (<usize>(firstRow(queryStarts, s) * hidden + head * size) << 2);
    multiply(weights, length, 1, values, stride, out, hidden, count, size, length);
  }
  barrier(team, thread);
}

/**
 * Writes `dqueries` and `dkeyValues`, laid out like `queries` and `keyValues`, from the gradient of `context`. `scratchSize` is
 * two squares of the longest sequence.
 */
export function attendGradient(
  team: Team, thread: i32,
  queries: usize, queryStride: i32, queryStarts: usize, keyValues: usize, stride: i32, starts: usize,
  probabilities: usize, dcontext: usize, dqueries: usize, dkeyValues: usize, scratch: usize, scratchSize: i32,
  sequences: i32, heads: i32, size: i32, key: u32, threshold: u32, keepScale: f32,
): void {
  const hidden = heads * size;
  const width = <usize>hidden << 2;
  const scale: f32 = 1 / sqrt<f32>(<f32>size);
  const dscores = scratch + (<usize>(thread * scratchSize) << 2);
  const dropped = dscores + (<usize>(scratchSize / 2) << 2);
  let stored = 0;
  let whole = 0;
  let s = 0;
  for (let item = takeItem(team); item < sequences * heads; item = takeItem(team)) {
    for (; s < item / heads; s++) {
      stored += heads * rowsOf(queryStarts, s) * rowsOf(starts, s);
      whole += heads * rowsOf(starts, s) * rowsOf(starts, s);
    }
    const head = item % heads;
    const length = rowsOf(starts, s);
    const count = rowsOf(queryStarts, s);
    const index = <u32>(whole + head * length * length);
    const scores = probabilities + (<usize>(stored + head * count * length) << 2);
    const query = <usize>(firstRow(queryStarts, s) * queryStride + head * size) << 2;
    const keys = <usize>(firstRow(starts, s) * stride + head * size) << 2;
    const d = dcontext + (<usize>(firstRow(queryStarts, s) * hidden + head * size) << 2);
    let weights = scores;
    if (threshold != 0) {
      weights = dropped;
      dropScores(scores, dropped, count * length, index, key, threshold, keepScale);
    }
    multiply(weights, 1, length, d, hidden, dkeyValues + keys + width, stride, length, size, count); // values
    multiplyByRows(d, hidden, keyValues + keys + width, stride, dscores, length, count, length, size, 1);
    if (threshold != 0) dropScores(dscores, dscores, count * length, index, key, threshold, keepScale);
    for (let row = 0; row < count; row++) {
      const at = <usize>(row * length) << 2;
      softmaxRowGradient(scores + at, dscores + at, length, scale);
    }
    multiply(dscores, length, 1, keyValues + keys, stride, dqueries + query, queryStride, count, size, length);
    multiply(dscores, 1, length, queries + query, queryStride, dkeyValues + keys, stride, length, size, count); // keys
  }
  barrier(team, thread);
}

/** Returns the first row of a sequence, from an i32 array of starts. */
// @ts-ignore: decorator
@inline
function firstRow(starts: usize, sequence: i32): i32 {
  return i32.load(starts + (<usize>sequence << 2));
}

/** Returns the number of rows of a sequence. */
// @ts-ignore: decorator
@inline
function rowsOf(starts: usize, sequence: i32): i32 {
  return firstRow(starts, sequence + 1) - firstRow(starts, sequence);
}

// @ts-ignore: decorator
@inline
function dropScores(x: usize, y: usize, count: i32, first: u32, key: u32, threshold: u32, keepScale: f32): void {
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

/** Computes `d = scale * p * (d - sum(p * d))` in place. */
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
