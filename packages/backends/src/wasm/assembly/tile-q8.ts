/**
 * One tile of an int8 product: `out[rows, 8] = a[rows, 8 * panels] * w[8 * panels, 8]` in i32.
 *
 * Activations are 7-bit, 0 to 127: then no lowering of the relaxed dot product saturates or takes them for negative,
 * and both builds give the same integers on every machine. `a` lies in panels, `[panel][row][8]` bytes. Weights lie
 * as `[k / 4][column][4]` in the relaxed build, `[k / 2][column][2]` in the plain one (`weightGroup`).
 *
 * `rows` is a constant wherever this is inlined.
 */
// @ts-ignore: decorator
@inline
function tile(rows: i32, a: usize, w: usize, panels: i32, out: usize): void {
  let c00 = i32x4.splat(0), c01 = c00;
  let c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00;
  let c40 = c00, c41 = c00;
  let c50 = c00, c51 = c00;
  for (const end = a + <usize>(panels * rows * 8); a < end; a += rows * 8) {
    if (ASC_FEATURE_RELAXED_SIMD) {
      let w0 = v128.load(w), w1 = v128.load(w, 16), x: v128;
      x = v128.load32_splat(a); c00 = dot4(w0, x, c00); c01 = dot4(w1, x, c01);
      if (rows > 1) { x = v128.load32_splat(a, 8); c10 = dot4(w0, x, c10); c11 = dot4(w1, x, c11); }
      if (rows > 2) { x = v128.load32_splat(a, 16); c20 = dot4(w0, x, c20); c21 = dot4(w1, x, c21); }
      if (rows > 3) { x = v128.load32_splat(a, 24); c30 = dot4(w0, x, c30); c31 = dot4(w1, x, c31); }
      if (rows > 4) { x = v128.load32_splat(a, 32); c40 = dot4(w0, x, c40); c41 = dot4(w1, x, c41); }
      if (rows > 5) { x = v128.load32_splat(a, 40); c50 = dot4(w0, x, c50); c51 = dot4(w1, x, c51); }

      w0 = v128.load(w, 32); w1 = v128.load(w, 48);
      x = v128.load32_splat(a, 4); c00 = dot4(w0, x, c00); c01 = dot4(w1, x, c01);
      if (rows > 1) { x = v128.load32_splat(a, 12); c10 = dot4(w0, x, c10); c11 = dot4(w1, x, c11); }
      if (rows > 2) { x = v128.load32_splat(a, 20); c20 = dot4(w0, x, c20); c21 = dot4(w1, x, c21); }
      if (rows > 3) { x = v128.load32_splat(a, 28); c30 = dot4(w0, x, c30); c31 = dot4(w1, x, c31); }
      if (rows > 4) { x = v128.load32_splat(a, 36); c40 = dot4(w0, x, c40); c41 = dot4(w1, x, c41); }
      if (rows > 5) { x = v128.load32_splat(a, 44); c50 = dot4(w0, x, c50); c51 = dot4(w1, x, c51); }
      w += 64;
    } else {
      let k = a;
      for (const last = w + 64; w < last; w += 16, k += 2) {
        const w0 = v128.load8x8_s(w), w1 = v128.load8x8_s(w, 8);
        let x: v128;
        x = pair(k); c00 = dot2(w0, x, c00); c01 = dot2(w1, x, c01);
        if (rows > 1) { x = pair(k, 8); c10 = dot2(w0, x, c10); c11 = dot2(w1, x, c11); }
        if (rows > 2) { x = pair(k, 16); c20 = dot2(w0, x, c20); c21 = dot2(w1, x, c21); }
        if (rows > 3) { x = pair(k, 24); c30 = dot2(w0, x, c30); c31 = dot2(w1, x, c31); }
        if (rows > 4) { x = pair(k, 32); c40 = dot2(w0, x, c40); c41 = dot2(w1, x, c41); }
        if (rows > 5) { x = pair(k, 40); c50 = dot2(w0, x, c50); c51 = dot2(w1, x, c51); }
      }
    }
  }
  v128.store(out, c00); v128.store(out, c01, 16);
  if (rows > 1) { v128.store(out, c10, 32); v128.store(out, c11, 48); }
  if (rows > 2) { v128.store(out, c20, 64); v128.store(out, c21, 80); }
  if (rows > 3) { v128.store(out, c30, 96); v128.store(out, c31, 112); }
  if (rows > 4) { v128.store(out, c40, 128); v128.store(out, c41, 144); }
  if (rows > 5) { v128.store(out, c50, 160); v128.store(out, c51, 176); }
}

/** `c[column] += sum over 4 k of w[column][k] * x[k]`. */
// @ts-ignore: decorator
@inline
function dot4(w: v128, x: v128, c: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, c);
}

/** `c[column] += sum over 2 k of w[column][k] * x[k]`, both widened to 16 bits. */
// @ts-ignore: decorator
@inline
function dot2(w: v128, x: v128, c: v128): v128 {
  return i32x4.add(c, i32x4.dot_i16x8_s(w, x));
}

/** Two neighbouring activations, widened to 16 bits, in every pair of lanes. */
// @ts-ignore: decorator
@inline
function pair(a: usize, offset: usize = 0): v128 {
  return i16x8.extend_low_i8x16_u(v128.load16_splat(a + offset));
}

function tile1(a: usize, w: usize, panels: i32, out: usize): void { tile(1, a, w, panels, out); }
function tile2(a: usize, w: usize, panels: i32, out: usize): void { tile(2, a, w, panels, out); }
function tile3(a: usize, w: usize, panels: i32, out: usize): void { tile(3, a, w, panels, out); }
function tile4(a: usize, w: usize, panels: i32, out: usize): void { tile(4, a, w, panels, out); }
function tile5(a: usize, w: usize, panels: i32, out: usize): void { tile(5, a, w, panels, out); }
function tile6(a: usize, w: usize, panels: i32, out: usize): void { tile(6, a, w, panels, out); }

/** `out[rows, 8] = a[rows, 8 * panels] * w[8 * panels, 8]` in i32 for 1 to 6 rows; see `tile`. */
export function multiplyTileQ8(rows: i32, a: usize, w: usize, panels: i32, out: usize): void {
  switch (rows) {
    case 1: return tile1(a, w, panels, out);
    case 2: return tile2(a, w, panels, out);
    case 3: return tile3(a, w, panels, out);
    case 4: return tile4(a, w, panels, out);
    case 5: return tile5(a, w, panels, out);
    default: return tile6(a, w, panels, out);
  }
}

/** How many k of one column lie together in packed int8 weights; the host packs by it. */
export function weightGroup(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 4 : 2;
}
