/**
 * Dense products of any size, `c += a b`, with either operand transposed. Operands are packed in the order in which the inner loop
 * reads them, so transposing costs nothing extra. Rows of `c` are contiguous.
 *
 * Six rows by eight columns of `c` stay in registers: 12 accumulators, 2 of `b`, 1 of `a`, of the 16 that x64 has. The README of
 * this package says why inference has another inner loop.
 */
import { madd } from '../simd';

const ROWS: i32 = 6;
const COLUMNS: i32 = 8;
/** Block sizes: a block of packed `b` (256 x 384 floats, 393 kB) and one of `a` (96 x 256, 98 kB) fit the second-level cache. */
const BLOCK_M: i32 = 96;
const BLOCK_N: i32 = 384;
const BLOCK_K: i32 = 256;

/** Bytes of scratch that `gemm` needs: both packed blocks and one tile. */
export function gemmScratch(): usize {
  return (<usize>(BLOCK_M * BLOCK_K + BLOCK_N * BLOCK_K + ROWS * COLUMNS)) << 2;
}

/** `c[m, n] += a[m, k] b[k, n]`; element `(i, p)` of `a` is `i * aRow + p * aColumn` floats on, and so for `b`. */
export function gemm(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  scratch: usize,
): void {
  const packedA = scratch;
  const packedB = packedA + ((<usize>(BLOCK_M * BLOCK_K)) << 2);
  const tile = packedB + ((<usize>(BLOCK_N * BLOCK_K)) << 2);
  for (let j = 0; j < n; j += BLOCK_N) {
    const columns = min(BLOCK_N, n - j);
    for (let p = 0; p < k; p += BLOCK_K) {
      const depth = min(BLOCK_K, k - p);
      pack(b + ((<usize>(p * bRow + j * bColumn)) << 2), bColumn, bRow, columns, depth, COLUMNS, packedB);
      for (let i = 0; i < m; i += BLOCK_M) {
        const rows = min(BLOCK_M, m - i);
        pack(a + ((<usize>(i * aRow + p * aColumn)) << 2), aRow, aColumn, rows, depth, ROWS, packedA);
        multiplyBlock(packedA, packedB, c + ((<usize>(i * n + j)) << 2), n, rows, columns, depth, tile);
      }
    }
  }
}

/** Sets every row of `c[rows, columns]` to `bias`. */
export function fillRows(bias: usize, c: usize, rows: i32, columns: i32): void {
  const bytes = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) memory.copy(c + <usize>row * bytes, bias, bytes);
}

/**
 * Panels of `width` lines: for each place along the depth the values of the lines side by side, zeros where lines run out.
 * A line is a row of `a` or a column of `b`; `lineStep` and `depthStep` are in floats.
 */
function pack(from: usize, lineStep: i32, depthStep: i32, lines: i32, depth: i32, width: i32, to: usize): void {
  const next = (<usize>depthStep) << 2;
  let out = to;
  for (let line = 0; line < lines; line += width) {
    const some = min(width, lines - line);
    const first = from + ((<usize>(line * lineStep)) << 2);
    if (lineStep == 1 && some == COLUMNS && width == COLUMNS) {
      let at = first;
      for (let p = 0; p < depth; p++) {
        v128.store(out, v128.load(at));
        v128.store(out, v128.load(at, 16), 16);
        out += 32;
        at += next;
      }
      continue;
    }
    for (let l = 0; l < width; l++) {
      let to = out + ((<usize>l) << 2);
      if (l < some) {
        let at = first + ((<usize>(l * lineStep)) << 2);
        for (let p = 0; p < depth; p++) {
          f32.store(to, f32.load(at));
          at += next;
          to += (<usize>width) << 2;
        }
      } else {
        for (let p = 0; p < depth; p++) {
          f32.store(to, 0);
          to += (<usize>width) << 2;
        }
      }
    }
    out += (<usize>(width * depth)) << 2;
  }
}

function multiplyBlock(
  a: usize,
  b: usize,
  c: usize,
  stride: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  tile: usize,
): void {
  const panelA = (<usize>(ROWS * depth)) << 2;
  const panelB = (<usize>(COLUMNS * depth)) << 2;
  for (let j = 0, atB = b; j < columns; j += COLUMNS, atB += panelB) {
    for (let i = 0, atA = a; i < rows; i += ROWS, atA += panelA) {
      const out = c + ((<usize>(i * stride + j)) << 2);
      if (rows - i >= ROWS && columns - j >= COLUMNS) {
        multiplyTile(atA, atB, out, (<usize>stride) << 2, depth);
        continue;
      }
      memory.fill(tile, 0, (<usize>(ROWS * COLUMNS)) << 2);
      multiplyTile(atA, atB, tile, (<usize>COLUMNS) << 2, depth);
      addTile(tile, out, stride, min(ROWS, rows - i), min(COLUMNS, columns - j));
    }
  }
}

/** The part of an edge tile that lies inside `c`. */
function addTile(tile: usize, out: usize, stride: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = out + ((<usize>(i * stride + j)) << 2);
      f32.store(at, f32.load(at) + f32.load(tile + ((<usize>(i * COLUMNS + j)) << 2)));
    }
  }
}

/** The inner loop: `c[6, 8] += a b` over packed panels. `next` is the distance of rows of `c` in bytes. */
function multiplyTile(a: usize, b: usize, c: usize, next: usize, depth: i32): void {
  let c00 = v128.load(c),
    c01 = v128.load(c, 16);
  let c10 = v128.load(c + next),
    c11 = v128.load(c + next, 16);
  let c20 = v128.load(c + 2 * next),
    c21 = v128.load(c + 2 * next, 16);
  let c30 = v128.load(c + 3 * next),
    c31 = v128.load(c + 3 * next, 16);
  let c40 = v128.load(c + 4 * next),
    c41 = v128.load(c + 4 * next, 16);
  let c50 = v128.load(c + 5 * next),
    c51 = v128.load(c + 5 * next, 16);
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a += 24;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + next, c10);
  v128.store(c + next, c11, 16);
  v128.store(c + 2 * next, c20);
  v128.store(c + 2 * next, c21, 16);
  v128.store(c + 3 * next, c30);
  v128.store(c + 3 * next, c31, 16);
  v128.store(c + 4 * next, c40);
  v128.store(c + 4 * next, c41, 16);
  v128.store(c + 5 * next, c50);
  v128.store(c + 5 * next, c51, 16);
}
