/**
 * Tiles of an int8 product: `out[rows, 8] = a[rows, 8 * panels] * w[8 * panels, 8]` in i32.
 *
 * Activations have at most 8 bits, or 10 in plain SIMD. The relaxed instructions guarantee 7: whether a byte's top bit counts as
 * 128 or -128 depends on the machine, so `leastActivation` tests it, and stored activations start at that value.
 *
 * - `fused`: one instruction for product and sum, if the processor has it (AVX-VNNI, Arm's dot product). Up to 6 rows.
 *   Other processors sum pairs in 16 bits, which saturates: see `isExact`.
 * - `split`: products summed in 16 bits, two at a time, then widened, because V8 takes five instructions for `fused` on other
 *   processors. Up to 4 rows. The host times these two and chooses. Weights are rounded so that the sums do not overflow:
 *   see `packages/backends/src/wasm/rounding.ts`.
 * - `wide`: plain SIMD, with both sides in 16 bits; activations are quantized to 16 bits, weights are widened here. Two outputs
 *   at a time, with sums over different k in the lanes, as in tile-f32.ts. Up to 5 rows.
 */

import { storeSums } from '../simd';
import { Dot } from '../generated/records';

/** Bytes of 8 activations. */
export const quantizedPanelBytes = ASC_FEATURE_RELAXED_SIMD ? 8 : 16;

/**
 * Returns the smallest of the 256 values that activations are stored as: 0, or -128 if the machine's dot product treats bytes
 * as signed. `topBit` is 128; it is an argument so that the compiler cannot compute the answer itself.
 */
export function leastActivation(dot: Dot, topBit: i32): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return 0;
  const ones = i8x16.splat(1), x = i8x16.splat(<i8>topBit);
  const sum =
    dot == Dot.split
      ? i32(i16x8.extract_lane_s(i16x8.relaxed_dot_i8x16_i7x16_s(ones, x), 0))
      : i32x4.extract_lane(dot4(ones, x, i32x4.splat(0)), 0);
  return sum < 0 ? -128 : 0;
}

/** Returns whether `dot` sums the largest 8-bit products exactly. `largest` is 255, an argument for the same reason. */
export function isExact(dot: Dot, largest: i32): bool {
  if (!ASC_FEATURE_RELAXED_SIMD) return true;
  if (dot == Dot.split) return false;
  const sum = i32x4.extract_lane(dot4(i8x16.splat(127), i8x16.splat(<i8>largest), i32x4.splat(0)), 0);
  return sum == 4 * 127 * largest || sum == 4 * 127 * (largest - 256);
}

/** `rows` is a constant wherever these three are inlined, so no code is generated for rows that a tile does not have. */
// @ts-ignore: decorator
@inline
function fused(rows: i32, a: usize, w: usize, panels: i32, out: usize): void {
  let c00 = i32x4.splat(0), c01 = c00;
  let c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00;
  let c40 = c00, c41 = c00;
  let c50 = c00, c51 = c00;
  for (const end = a + <usize>(panels * rows * 8); a < end; a += rows * 8) {
    for (let k = a, last = w + 64; w < last; w += 32, k += 4) {
      const w0 = v128.load(w), w1 = v128.load(w, 16);
      let x: v128;
      x = v128.load32_splat(k); c00 = dot4(w0, x, c00); c01 = dot4(w1, x, c01);
      if (rows > 1) { x = v128.load32_splat(k, 8); c10 = dot4(w0, x, c10); c11 = dot4(w1, x, c11); }
      if (rows > 2) { x = v128.load32_splat(k, 16); c20 = dot4(w0, x, c20); c21 = dot4(w1, x, c21); }
      if (rows > 3) { x = v128.load32_splat(k, 24); c30 = dot4(w0, x, c30); c31 = dot4(w1, x, c31); }
      if (rows > 4) { x = v128.load32_splat(k, 32); c40 = dot4(w0, x, c40); c41 = dot4(w1, x, c41); }
      if (rows > 5) { x = v128.load32_splat(k, 40); c50 = dot4(w0, x, c50); c51 = dot4(w1, x, c51); }
    }
  }
  store(out, c00, c01);
  if (rows > 1) store(out + 32, c10, c11);
  if (rows > 2) store(out + 64, c20, c21);
  if (rows > 3) store(out + 96, c30, c31);
  if (rows > 4) store(out + 128, c40, c41);
  if (rows > 5) store(out + 160, c50, c51);
}

// @ts-ignore: decorator
@inline
function split(rows: i32, a: usize, w: usize, panels: i32, out: usize): void {
  let c00 = i32x4.splat(0), c01 = c00;
  let c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00;
  for (const end = a + <usize>(panels * rows * 8); a < end; a += rows * 8, w += 64) {
    // Four columns at a time, so that only two vectors of weights are live, not four.
    let w0 = v128.load(w), w1 = v128.load(w, 32);
    c00 = dot8(w0, w1, v128.load32_splat(a), v128.load32_splat(a, 4), c00);
    if (rows > 1) c10 = dot8(w0, w1, v128.load32_splat(a, 8), v128.load32_splat(a, 12), c10);
    if (rows > 2) c20 = dot8(w0, w1, v128.load32_splat(a, 16), v128.load32_splat(a, 20), c20);
    if (rows > 3) c30 = dot8(w0, w1, v128.load32_splat(a, 24), v128.load32_splat(a, 28), c30);
    w0 = v128.load(w, 16); w1 = v128.load(w, 48);
    c01 = dot8(w0, w1, v128.load32_splat(a), v128.load32_splat(a, 4), c01);
    if (rows > 1) c11 = dot8(w0, w1, v128.load32_splat(a, 8), v128.load32_splat(a, 12), c11);
    if (rows > 2) c21 = dot8(w0, w1, v128.load32_splat(a, 16), v128.load32_splat(a, 20), c21);
    if (rows > 3) c31 = dot8(w0, w1, v128.load32_splat(a, 24), v128.load32_splat(a, 28), c31);
  }
  store(out, c00, c01);
  if (rows > 1) store(out + 32, c10, c11);
  if (rows > 2) store(out + 64, c20, c21);
  if (rows > 3) store(out + 96, c30, c31);
}

/** For plain SIMD; `w` is `[output / 2][panel][2][8]`. */
// @ts-ignore: decorator
@inline
function wide(rows: i32, weightBytes: usize, a: usize, w: usize, panels: i32, out: usize): void {
  const end = a + <usize>(panels * rows * 16);
  for (const last = out + 32; out < last; out += 8) {
    let c00 = i32x4.splat(0), c01 = c00;
    let c10 = c00, c11 = c00;
    let c20 = c00, c21 = c00;
    let c30 = c00, c31 = c00;
    let c40 = c00, c41 = c00;
    for (let k = a; k < end; k += rows * 16, w += 16 * weightBytes) {
      const w0 = weightBytes == 1 ? v128.load8x8_s(w) : v128.load(w);
      const w1 = weightBytes == 1 ? v128.load8x8_s(w, 8) : v128.load(w, 16);
      let x: v128;
      x = v128.load(k); c00 = dot2(w0, x, c00); c01 = dot2(w1, x, c01);
      if (rows > 1) { x = v128.load(k, 16); c10 = dot2(w0, x, c10); c11 = dot2(w1, x, c11); }
      if (rows > 2) { x = v128.load(k, 32); c20 = dot2(w0, x, c20); c21 = dot2(w1, x, c21); }
      if (rows > 3) { x = v128.load(k, 48); c30 = dot2(w0, x, c30); c31 = dot2(w1, x, c31); }
      if (rows > 4) { x = v128.load(k, 64); c40 = dot2(w0, x, c40); c41 = dot2(w1, x, c41); }
    }
    storeSums<i32>(out, c00, c01);
    if (rows > 1) storeSums<i32>(out + 32, c10, c11);
    if (rows > 2) storeSums<i32>(out + 64, c20, c21);
    if (rows > 3) storeSums<i32>(out + 96, c30, c31);
    if (rows > 4) storeSums<i32>(out + 128, c40, c41);
  }
}

/** Computes `c[column] += sum over 4 k of w[column][k] * x[k]`. */
// @ts-ignore: decorator
@inline
function dot4(w: v128, x: v128, c: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, c);
}

/** Computes `c[column] += sum over 8 k of w[column][k] * x[k]`, with the two halves in `w0, x0` and `w1, x1`. */
// @ts-ignore: decorator
@inline
function dot8(w0: v128, w1: v128, x0: v128, x1: v128, c: v128): v128 {
  const pairs = i16x8.add(i16x8.relaxed_dot_i8x16_i7x16_s(w0, x0), i16x8.relaxed_dot_i8x16_i7x16_s(w1, x1));
  return i32x4.add(c, i32x4.dot_i16x8_s(pairs, i16x8.splat(1)));
}

/** Computes `c += w * x` over 8 k, both of 16 bits, with pairs of products summed. */
// @ts-ignore: decorator
@inline
function dot2(w: v128, x: v128, c: v128): v128 {
  return i32x4.add(c, i32x4.dot_i16x8_s(w, x));
}

// @ts-ignore: decorator
@inline
function store(out: usize, c0: v128, c1: v128): void {
  v128.store(out, c0);
  v128.store(out, c1, 16);
}

function fused1(a: usize, w: usize, panels: i32, out: usize): void { fused(1, a, w, panels, out); }
function fused2(a: usize, w: usize, panels: i32, out: usize): void { fused(2, a, w, panels, out); }
function fused3(a: usize, w: usize, panels: i32, out: usize): void { fused(3, a, w, panels, out); }
function fused4(a: usize, w: usize, panels: i32, out: usize): void { fused(4, a, w, panels, out); }
function fused5(a: usize, w: usize, panels: i32, out: usize): void { fused(5, a, w, panels, out); }
function fused6(a: usize, w: usize, panels: i32, out: usize): void { fused(6, a, w, panels, out); }

function split1(a: usize, w: usize, panels: i32, out: usize): void { split(1, a, w, panels, out); }
function split2(a: usize, w: usize, panels: i32, out: usize): void { split(2, a, w, panels, out); }
function split3(a: usize, w: usize, panels: i32, out: usize): void { split(3, a, w, panels, out); }
function split4(a: usize, w: usize, panels: i32, out: usize): void { split(4, a, w, panels, out); }

function wide1(a: usize, w: usize, panels: i32, out: usize): void { wide(1, 1, a, w, panels, out); }
function wide2(a: usize, w: usize, panels: i32, out: usize): void { wide(2, 1, a, w, panels, out); }
function wide3(a: usize, w: usize, panels: i32, out: usize): void { wide(3, 1, a, w, panels, out); }
function wide4(a: usize, w: usize, panels: i32, out: usize): void { wide(4, 1, a, w, panels, out); }
function wide5(a: usize, w: usize, panels: i32, out: usize): void { wide(5, 1, a, w, panels, out); }

function wider1(a: usize, w: usize, panels: i32, out: usize): void { wide(1, 2, a, w, panels, out); }
function wider2(a: usize, w: usize, panels: i32, out: usize): void { wide(2, 2, a, w, panels, out); }
function wider3(a: usize, w: usize, panels: i32, out: usize): void { wide(3, 2, a, w, panels, out); }
function wider4(a: usize, w: usize, panels: i32, out: usize): void { wide(4, 2, a, w, panels, out); }
function wider5(a: usize, w: usize, panels: i32, out: usize): void { wide(5, 2, a, w, panels, out); }

/** Computes `out[rows, 8] = a[rows, 8 * panels] * w[8 * panels, 8]` in i32. */
export function multiplyTileQ8(dot: Dot, rows: i32, a: usize, w: usize, weightBytes: i32, panels: i32, out: usize): void {
  if (!ASC_FEATURE_RELAXED_SIMD) {
    if (weightBytes == 2) {
      switch (rows) {
        case 1: return wider1(a, w, panels, out);
        case 2: return wider2(a, w, panels, out);
        case 3: return wider3(a, w, panels, out);
        case 4: return wider4(a, w, panels, out);
        default: return wider5(a, w, panels, out);
      }
    }
    switch (rows) {
      case 1: return wide1(a, w, panels, out);
      case 2: return wide2(a, w, panels, out);
      case 3: return wide3(a, w, panels, out);
      case 4: return wide4(a, w, panels, out);
      default: return wide5(a, w, panels, out);
    }
  }
  if (dot == Dot.split) {
    switch (rows) {
      case 1: return split1(a, w, panels, out);
      case 2: return split2(a, w, panels, out);
      case 3: return split3(a, w, panels, out);
      default: return split4(a, w, panels, out);
    }
  }
  switch (rows) {
    case 1: return fused1(a, w, panels, out);
    case 2: return fused2(a, w, panels, out);
    case 3: return fused3(a, w, panels, out);
    case 4: return fused4(a, w, panels, out);
    case 5: return fused5(a, w, panels, out);
    default: return fused6(a, w, panels, out);
  }
}
