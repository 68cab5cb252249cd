/** Small dense products for attention, and column sums. Strides are in floats. */
import { Team } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { madd, sumLanes } from '../simd';
import { columnGrain } from './grain';

/** Computes `c[m, n] = scale * a[m, k] b[n, k]^T`, reading both operands along their rows. */
export function multiplyByRows(
  a: usize,
  aStride: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
  m: i32,
  n: i32,
  k: i32,
  scale: f32,
): void {
  const end = k & ~3;
  const fours = n & ~3;
  for (let i = 0; i < m; i++) {
    const rowA = a + ((<usize>(i * aStride)) << 2);
    const rowC = c + ((<usize>(i * cStride)) << 2);
    for (let j = 0; j < fours; j += 4) {
      const b0 = b + ((<usize>(j * bStride)) << 2);
      const b1 = b0 + ((<usize>bStride) << 2);
      const b2 = b1 + ((<usize>bStride) << 2);
      const b3 = b2 + ((<usize>bStride) << 2);
      let s0 = f32x4.splat(0);
      let s1 = f32x4.splat(0);
      let s2 = f32x4.splat(0);
      let s3 = f32x4.splat(0);
      for (let p = 0; p < end; p += 4) {
        const at = <usize>(p << 2);
        const x = v128.load(rowA + at);
        s0 = madd(x, v128.load(b0 + at), s0);
        s1 = madd(x, v128.load(b1 + at), s1);
        s2 = madd(x, v128.load(b2 + at), s2);
        s3 = madd(x, v128.load(b3 + at), s3);
      }
      // Transposed addition: lane j of the result is the sum of s_j.
      const t01 = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
      const t23 = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
      let sums = f32x4.add(v128.shuffle<f32>(t01, t23, 0, 1, 4, 5), v128.shuffle<f32>(t01, t23, 2, 3, 6, 7));
      for (let p = end; p < k; p++) {
        const at = <usize>(p << 2);
        const column = f32x4.replace_lane(
          f32x4.replace_lane(
            f32x4.replace_lane(f32x4.splat(f32.load(b0 + at)), 1, f32.load(b1 + at)),
            2,
            f32.load(b2 + at),
          ),
          3,
          f32.load(b3 + at),
        );
        sums = f32x4.add(sums, f32x4.mul(f32x4.splat(f32.load(rowA + at)), column));
      }
      v128.store(rowC + <usize>(j << 2), f32x4.mul(sums, f32x4.splat(scale)));
    }
    for (let j = fours; j < n; j++) {
      const rowB = b + ((<usize>(j * bStride)) << 2);
      let sum = f32x4.splat(0);
      for (let p = 0; p < end; p += 4) {
        const at = <usize>(p << 2);
        sum = madd(v128.load(rowA + at), v128.load(rowB + at), sum);
      }
      let total = sumLanes(sum);
      for (let p = end; p < k; p++) total += f32.load(rowA + <usize>(p << 2)) * f32.load(rowB + <usize>(p << 2));
      f32.store(rowC + <usize>(j << 2), total * scale);
    }
  }
}

/**
 * Computes `c[m, n] = a[m, k] b[k, n]` with `a[i, p]` at `i * aRow + p * aColumn`, so that `a` can be read transposed. Four rows
 * by eight columns stay in registers.
 */
export function multiply(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
  m: i32,
  n: i32,
  k: i32,
): void {
  const rows = m & ~3;
  const columns = n & ~7;
  const stepA = (<usize>aColumn) << 2;
  const stepB = (<usize>bStride) << 2;
  const stepC = (<usize>cStride) << 2;
  for (let i = 0; i < rows; i += 4) {
    const firstA = a + ((<usize>(i * aRow)) << 2);
    const nextA = (<usize>aRow) << 2;
    for (let j = 0; j < columns; j += 8) {
      let c00 = f32x4.splat(0),
        c01 = f32x4.splat(0),
        c10 = f32x4.splat(0),
        c11 = f32x4.splat(0);
      let c20 = f32x4.splat(0),
        c21 = f32x4.splat(0),
        c30 = f32x4.splat(0),
        c31 = f32x4.splat(0);
      let atA = firstA;
      let atB = b + ((<usize>j) << 2);
      for (let p = 0; p < k; p++) {
        const b0 = v128.load(atB);
        const b1 = v128.load(atB, 16);
        const a0 = v128.load32_splat(atA);
        const a1 = v128.load32_splat(atA + nextA);
        const a2 = v128.load32_splat(atA + 2 * nextA);
        const a3 = v128.load32_splat(atA + 3 * nextA);
        c00 = madd(a0, b0, c00);
        c01 = madd(a0, b1, c01);
        c10 = madd(a1, b0, c10);
        c11 = madd(a1, b1, c11);
        c20 = madd(a2, b0, c20);
        c21 = madd(a2, b1, c21);
        c30 = madd(a3, b0, c30);
        c31 = madd(a3, b1, c31);
        atA += stepA;
        atB += stepB;
      }
      const out = c + ((<usize>(i * cStride + j)) << 2);
      v128.store(out, c00);
      v128.store(out, c01, 16);
      v128.store(out + stepC, c10);
      v128.store(out + stepC, c11, 16);
      v128.store(out + 2 * stepC, c20);
      v128.store(out + 2 * stepC, c21, 16);
      v128.store(out + 3 * stepC, c30);
      v128.store(out + 3 * stepC, c31, 16);
    }
    for (let r = i; r < i + 4; r++) multiplyEdge(a, aRow, aColumn, b, bStride, c, cStride, r, columns, n, k);
  }
  for (let r = rows; r < m; r++) multiplyEdge(a, aRow, aColumn, b, bStride, c, cStride, r, 0, n, k);
}

/** Computes row `i` of the product, columns `from` to `n`. */
function multiplyEdge(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
  i: i32,
  from: i32,
  n: i32,
  k: i32,
): void {
  const rowA = a + ((<usize>(i * aRow)) << 2);
  const rowC = c + ((<usize>(i * cStride)) << 2);
  let j = from;
  for (; j + 4 <= n; j += 4) {
    let sum = f32x4.splat(0);
    for (let p = 0; p < k; p++) {
      const x = v128.load32_splat(rowA + ((<usize>(p * aColumn)) << 2));
      sum = madd(x, v128.load(b + ((<usize>(p * bStride + j)) << 2)), sum);
    }
    v128.store(rowC + ((<usize>j) << 2), sum);
  }
  for (; j < n; j++) {
    let sum: f32 = 0;
    for (let p = 0; p < k; p++) {
      sum += f32.load(rowA + ((<usize>(p * aColumn)) << 2)) * f32.load(b + ((<usize>(p * bStride + j)) << 2));
    }
    f32.store(rowC + ((<usize>j) << 2), sum);
  }
}

/** Adds every row of `x[rows, columns]` to `out[columns]`: the gradient of a bias. */
export function addColumnSums(team: Team, thread: i32, x: usize, out: usize, rows: i32, columns: i32): void {
  for (let first = takeItem(team) * columnGrain; first < columns; first = takeItem(team) * columnGrain) {
    const last = min(first + columnGrain, columns);
    const end = first + ((last - first) & ~3);
    for (let row = 0; row < rows; row++) {
      const at = x + ((<usize>(row * columns)) << 2);
      for (let i = first; i < end; i += 4) {
        const j = <usize>i << 2;
        v128.store(out + j, f32x4.add(v128.load(out + j), v128.load(at + j)));
      }
      for (let i = end; i < last; i++) {
        const j = <usize>i << 2;
        f32.store(out + j, f32.load(out + j) + f32.load(at + j));
      }
    }
  }
  barrier(team, thread);
}
