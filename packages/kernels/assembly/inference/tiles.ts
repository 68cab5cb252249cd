/** How rows are divided into tiles of nearly equal height: see `Pass` in src/layouts.ts. */
import { Pass } from '../generated/records';

/** Returns the first row of a tile. */
// @ts-ignore: decorator
@inline
export function tileStart(pass: Pass, tile: i32): i32 {
  return tile * pass.tileHeight + min(tile, pass.tallTiles);
}

/** Returns the number of rows of a tile. */
// @ts-ignore: decorator
@inline
export function tileRows(pass: Pass, tile: i32): i32 {
  return pass.tileHeight + i32(tile < pass.tallTiles);
}

/** Returns the number of rows of the highest tile. */
// @ts-ignore: decorator
@inline
export function highestTile(pass: Pass): i32 {
  return pass.tileHeight + i32(pass.tallTiles > 0);
}

/** Returns the tile that contains a row. */
// @ts-ignore: decorator
@inline
export function tileOf(pass: Pass, row: i32): i32 {
  const tallRows = pass.tallTiles * (pass.tileHeight + 1);
  return row < tallRows ? row / (pass.tileHeight + 1) : pass.tallTiles + (row - tallRows) / pass.tileHeight;
}
