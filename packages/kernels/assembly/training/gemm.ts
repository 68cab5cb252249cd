/**
 * Dense products of any size, `c += a b`, with either operand transposed. Operands are packed in the order in which the inner loop
 * reads them, so transposing costs nothing extra.
 *
 * Six rows by eight columns of `c` stay in registers: 12 accumulators, 2 of `b` and 1 of `a`, of the 16 that x64 has. This
 * package's README explains why inference has a different inner loop.
 */
import { GemmStart, Team } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { madd } from '../simd';

const ROWS: i32 = 6;
const COLUMNS: i32 = 8;
/** Block sizes: a block of packed `b` (384 x 384 floats, 590 kB) and one of `a` (96 x 384, 147 kB) fit the second-level cache. */
const BLOCK_M: i32 = 96;
const BLOCK_N: i32 = 384;
const BLOCK_K: i32 = 384;
/** Minimum number of pieces per thread: if a thread is held up, the others take the remaining pieces. */
const PIECES: i32 = 3;

/** Returns the bytes of scratch that `gemm` needs: both packed blocks and one tile. */
export function gemmScratch(): usize {
  return (<usize>(BLOCK_M * BLOCK_K + BLOCK_N * BLOCK_K + ROWS * COLUMNS)) << 2;
}

/**
 * Computes `c[m, n] = start + a[m, k] b[k, n]`. Element `(i, p)` of `a` is at `i * aRow + p * aColumn` floats, and likewise for
 * `b`. Rows of `c` are `cRow` floats apart. The start is `c` itself, zero, or `bias` in every row. `scratch` has `gemmScratch`
 * bytes for each thread.
 */
export function gemm(
  team: Team, thread: i32,
  a: usize, aRow: i32, aColumn: i32,
  b: usize, bRow: i32, bColumn: i32,
  c: usize, cRow: i32,
  m: i32, n: i32, k: i32,
  start: GemmStart, bias: usize,
  scratch: usize,
): void {
  const packedA = scratch + <usize>thread * gemmScratch();
  const packedB = packedA + (<usize>(BLOCK_M * BLOCK_K) << 2);
  const tile = packedB + (<usize>(BLOCK_N * BLOCK_K) << 2);
  const blocksN = (n + BLOCK_N - 1) / BLOCK_N;
  const rowsOfPiece = rowsInPiece(team.threads, m, blocksN);
  const pieces = (m + rowsOfPiece - 1) / rowsOfPiece;
  for (let item = takeItem(team); item < pieces * blocksN; item = takeItem(team)) {
    const j = (item % blocksN) * BLOCK_N;
    const columns = min(BLOCK_N, n - j);
    const first = (item / blocksN) * rowsOfPiece;
    const last = min(first + rowsOfPiece, m);
    const corner = c + (<usize>(first * cRow + j) << 2);
    if (start == GemmStart.zero) fillRows(0, corner, cRow, last - first, columns);
    else if (start == GemmStart.bias) fillRows(bias + (<usize>j << 2), corner, cRow, last - first, columns);
    for (let p = 0; p < k; p += BLOCK_K) {
      const depth = min(BLOCK_K, k - p);
      pack(b + (<usize>(p * bRow + j * bColumn) << 2), bColumn, bRow, columns, depth, COLUMNS, packedB);
      for (let i = first; i < last; i += BLOCK_M) {
        const rows = min(BLOCK_M, last - i);
        pack(a + (<usize>(i * aRow + p * aColumn) << 2), aRow, aColumn, rows, depth, ROWS, packedA);
        multiplyBlock(packedA, packedB, c + (<usize>(i * cRow + j) << 2), cRow, rows, columns, depth, tile);
      }
    }
  }
  barrier(team, thread);
}

/**
 * Returns the rows in one piece of work. Pieces are equal, and every thread gets the same number, so that all finish together;
 * with whole blocks, one thread might get one more. Every piece packs its own `b`, which costs little compared to a block of
 * rows. A piece has whole tiles, so every element's sum is the same regardless of how rows are divided.
 */
function rowsInPiece(threads: i32, m: i32, blocksN: i32): i32 {
  const most = (m + BLOCK_M - 1) / BLOCK_M;
  const pieces = threads == 1 ? 1 : min(most, threads * ((PIECES + blocksN - 1) / blocksN));
  return ((m + pieces * ROWS - 1) / (pieces * ROWS)) * ROWS;
}

/** Sets every row of `c[rows, columns]` to `bias`, or to zero if `bias` is 0. */
function fillRows(bias: usize, c: usize, cRow: i32, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, c += <usize>cRow << 2) {
    if (bias == 0) memory.fill(c, 0, bytes);
    else memory.copy(c, bias, bytes);
  }
}

/**
 * Packs panels of `width` lines: for each position along the depth, the values of the lines side by side, padded with zeros. A
 * line is a row of `a` or a column of `b`; `lineStep` and `depthStep` are in floats.
 */
function pack(from: usize, lineStep: i32, depthStep: i32, lines: i32, depth: i32, width: i32, to: usize): void {
  const next = <usize>width << 2;
  const panel = <usize>depth * next;
  for (let line = 0; line < lines; line += width, to += panel) {
    const first = from + (<usize>(line * lineStep) << 2);
    if (lines - line < width) {
      memory.fill(to, 0, panel);
      packLines(first, lineStep, depthStep, lines - line, depth, next, to);
    } else if (lineStep == 1) {
      packAdjacent(first, depthStep, depth, width, to);
    } else if (depthStep == 1) {
      packFour(first, lineStep, depth, next, to);
      const rest = first + (<usize>(4 * lineStep) << 2);
      if (width == COLUMNS) packFour(rest, lineStep, depth, next, to + 16);
      else packLines(rest, lineStep, 1, ROWS - 4, depth, next, to + 16);
    } else {
      packLines(first, lineStep, depthStep, width, depth, next, to);
    }
  }
}

/** Packs lines whose values lie side by side. */
function packAdjacent(from: usize, depthStep: i32, depth: i32, width: i32, to: usize): void {
  const step = <usize>depthStep << 2;
  const next = <usize>width << 2;
  for (const end = to + <usize>depth * next; to < end; to += next, from += step) {
    v128.store(to, v128.load(from));
    if (width == COLUMNS) v128.store(to, v128.load(from, 16), 16);
    else store<u64>(to, load<u64>(from, 16), 16);
  }
}

/** Packs four lines that are each contiguous, in squares of four. */
function packFour(from: usize, lineStep: i32, depth: i32, next: usize, to: usize): void {
  const line = <usize>lineStep << 2;
  const squares = depth & ~3;
  for (let p = 0; p < squares; p += 4, from += 16, to += 4 * next) {
    const r0 = v128.load(from), r1 = v128.load(from + line);
    const r2 = v128.load(from + 2 * line), r3 = v128.load(from + 3 * line);
    const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
    v128.store(to + next, v128.shuffle<i64>(low01, low23, 1, 3));
    v128.store(to + 2 * next, v128.shuffle<i64>(high01, high23, 0, 2));
    v128.store(to + 3 * next, v128.shuffle<i64>(high01, high23, 1, 3));
  }
  packLines(from, lineStep, 1, 4, depth - squares, next, to);
}

/** Packs any lines, one number at a time. `next` is the distance between positions along the depth in the panel, in bytes. */
function packLines(from: usize, lineStep: i32, depthStep: i32, lines: i32, depth: i32, next: usize, to: usize): void {
  const step = <usize>depthStep << 2;
  for (let line = 0; line < lines; line++) {
    let at = from + (<usize>(line * lineStep) << 2);
    let out = to + (<usize>line << 2);
    for (let p = 0; p < depth; p++, at += step, out += next) f32.store(out, f32.load(at));
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

/** Adds the part of an edge tile that lies inside `c`. */
function addTile(tile: usize, out: usize, stride: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = out + ((<usize>(i * stride + j)) << 2);
      f32.store(at, f32.load(at) + f32.load(tile + ((<usize>(i * COLUMNS + j)) << 2)));
    }
  }
}

/** The inner loop: `c[6, 8] += a b` over packed panels. `next` is the distance between rows of `c` in bytes. */
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
