/** Copies rows into and out of tiles: between tiles and the host's row-major matrices, and from one pass's tiles to another's. */
import { Activation, Dot, Outliers, Pass } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { quantizeRow } from './quantize';
import { tileOf, tileRows, tileStart } from './tiles';

/** Copies `source[rows][width]` into tiles; columns that pad the last panel are 0. */
export function packRows(pass: Pass, source: usize, width: i32, out: usize): void {
  const panels = (width + 7) >> 3;
  for (let tile = 0; tile < pass.tiles; tile++) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    for (let row = 0; row < rows; row++) {
      let to = out + (<usize>(start * panels + row) << 5);
      for (let left = width; left > 0; left -= 8, to += rows << 5) {
        if (left < 8) memory.fill(to, 0, 32);
        source = copyPanel(to, source, left);
      }
    }
  }
}

/** Copies tiles to `out[rows][width]`. */
export function unpackRows(pass: Pass, source: usize, width: i32, out: usize): void {
  const panels = (width + 7) >> 3;
  for (let tile = 0; tile < pass.tiles; tile++) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    for (let row = 0; row < rows; row++) {
      let from = source + (<usize>(start * panels + row) << 5);
      for (let left = width; left > 0; left -= 8, from += rows << 5) {
        copyPanel(out, from, left);
        out += min(left, 8) << 2;
      }
    }
  }
}

/** Copies this pass's rows of the source's hidden state, and quantizes them if the next product is int8. */
export function gatherRows(pass: Pass, thread: i32, source: Pass, outliers: Outliers | null): void {
  const panels = pass.hiddenPanels;
  for (let tile = takeItem(pass); tile < pass.tiles; tile = takeItem(pass)) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    for (let row = 0; row < rows; row++) {
      const from = load<i32>(pass.sourceRows + (<usize>(start + row) << 2));
      const sourceTile = tileOf(source, from);
      const sourceStart = tileStart(source, sourceTile);
      const sourceStride = tileRows(source, sourceTile) << 5;
      const x = pass.hidden + (<usize>(start * panels + row) << 5);
      let s = source.hidden + (<usize>(sourceStart * panels + from - sourceStart) << 5);
      for (let p = x, end = x + panels * (rows << 5); p < end; p += rows << 5, s += sourceStride) copyPanel(p, s, 8);
      if (pass.dot != Dot.none) quantizeRow(pass, x, start, rows, row, panels, Activation.none, outliers);
    }
  }
  barrier(pass, thread);
}

/** Copies at most 8 of the `left` elements; returns the address of the next one in the source. */
// @ts-ignore: decorator
@inline
function copyPanel(to: usize, from: usize, left: i32): usize {
  if (left < 8) {
    memory.copy(to, from, left << 2);
    return from + (left << 2);
  }
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  return from + 32;
}
