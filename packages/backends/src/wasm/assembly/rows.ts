/** Between plain row-major matrices, as the host has them, and tiles. */
import { Pass, tileRows, tileStart } from './records';

/** `source[rows][width]` to tiles; the columns that fill the last panel are 0. */
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

/** Tiles to `out[rows][width]`. */
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

/** Copies at most 8 of the `left` elements; gives where the source goes on. */
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
