import { madd, storeSums } from '../simd';

/**
 * Computes one tile of a matrix product in registers: `out[rows, 8] = a[rows, 8 * panels] * w[8 * panels, 8]`.
 *
 * `a` is stored in panels of 8 columns, `[panel][row][8]`, which start `panelStride` bytes apart. Two outputs are computed at a
 * time, from the first four k of every panel and then from the last four, so `w` is `[output / 2][k % 8 / 4][panel][2][4]`.
 * The lanes hold sums over different k, which are added at the end: JavaScriptCore takes three instructions to spread
 * one value over a vector, and only one to load four. Six rows of two outputs, two vectors of weights and one of activations
 * fill 15 of the 16 registers of x86. A product without relaxed SIMD needs one more, so only five rows fit.
 *
 * `rows` is a constant wherever this is inlined, so no code is generated for rows that a tile does not have.
 */
// @ts-ignore: decorator
@inline
function tile(rows: i32, a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void {
  const size = <usize>panels * panelStride;
  for (const last = out + 32; out < last; out += 8) {
    let c00 = f32x4.splat(0), c01 = c00;
    let c10 = c00, c11 = c00;
    let c20 = c00, c21 = c00;
    let c30 = c00, c31 = c00;
    let c40 = c00, c41 = c00;
    let c50 = c00, c51 = c00;
    for (let half = a; half < a + 32; half += 16) {
      // One step at a time: unrolled, engines spill the accumulators and lose a third of the speed (Chromium 156, Firefox 153, Zen 4).
      for (let k = half, end = half + size; k < end; k += panelStride, w += 32) {
        const w0 = v128.load(w), w1 = v128.load(w, 16);
        let x: v128;
        x = v128.load(k); c00 = madd(x, w0, c00); c01 = madd(x, w1, c01);
        if (rows > 1) { x = v128.load(k, 32); c10 = madd(x, w0, c10); c11 = madd(x, w1, c11); }
        if (rows > 2) { x = v128.load(k, 64); c20 = madd(x, w0, c20); c21 = madd(x, w1, c21); }
        if (rows > 3) { x = v128.load(k, 96); c30 = madd(x, w0, c30); c31 = madd(x, w1, c31); }
        if (rows > 4) { x = v128.load(k, 128); c40 = madd(x, w0, c40); c41 = madd(x, w1, c41); }
        if (rows > 5) { x = v128.load(k, 160); c50 = madd(x, w0, c50); c51 = madd(x, w1, c51); }
      }
    }
    storeSums<f32>(out, c00, c01);
    if (rows > 1) storeSums<f32>(out + 32, c10, c11);
    if (rows > 2) storeSums<f32>(out + 64, c20, c21);
    if (rows > 3) storeSums<f32>(out + 96, c30, c31);
    if (rows > 4) storeSums<f32>(out + 128, c40, c41);
    if (rows > 5) storeSums<f32>(out + 160, c50, c51);
  }
}

function tile1(a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void { tile(1, a, panelStride, w, panels, out); }
function tile2(a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void { tile(2, a, panelStride, w, panels, out); }
function tile3(a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void { tile(3, a, panelStride, w, panels, out); }
function tile4(a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void { tile(4, a, panelStride, w, panels, out); }
function tile5(a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void { tile(5, a, panelStride, w, panels, out); }
function tile6(a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void { tile(6, a, panelStride, w, panels, out); }

/** Computes `out[rows, 8] = a[rows, 8 * panels] * w[8 * panels, 8]` for 1 to 6 rows; see `tile`. */
export function multiplyTile(rows: i32, a: usize, panelStride: usize, w: usize, panels: i32, out: usize): void {
  switch (rows) {
    case 1: return tile1(a, panelStride, w, panels, out);
    case 2: return tile2(a, panelStride, w, panels, out);
    case 3: return tile3(a, panelStride, w, panels, out);
    case 4: return tile4(a, panelStride, w, panels, out);
    case 5: return tile5(a, panelStride, w, panels, out);
    default: return tile6(a, panelStride, w, panels, out);
  }
}

/**
 * Computes `out[4, 8] = p[4, keys] * v[keys, 8]`, the sums of values weighted by attention for four queries. `p` is stored
 * transposed, with 8 queries per key (`[key][8]`), and `v` is `[key][8]`.
 */
export function multiplyTransposed(p: usize, v: usize, keys: i32, out: usize): void {
  let c00 = f32x4.splat(0), c01 = c00;
  let c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00;
  for (const end = p + (<usize>keys << 5); p < end; p += 32, v += 32) {
    const v0 = v128.load(v), v1 = v128.load(v, 16);
    let x: v128;
    x = v128.load32_splat(p); c00 = madd(x, v0, c00); c01 = madd(x, v1, c01);
    x = v128.load32_splat(p, 4); c10 = madd(x, v0, c10); c11 = madd(x, v1, c11);
    x = v128.load32_splat(p, 8); c20 = madd(x, v0, c20); c21 = madd(x, v1, c21);
    x = v128.load32_splat(p, 12); c30 = madd(x, v0, c30); c31 = madd(x, v1, c31);
  }
  v128.store(out, c00); v128.store(out, c01, 16);
  v128.store(out, c10, 32); v128.store(out, c11, 48);
  v128.store(out, c20, 64); v128.store(out, c21, 80);
  v128.store(out, c30, 96); v128.store(out, c31, 112);
}
