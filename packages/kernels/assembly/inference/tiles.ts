/** How rows divide into tiles of nearly equal height: `Pass` of src/layouts.ts. */
import { Pass } from '../generated/records';

/** First row of a tile. */
// @ts-ignore: decorator
@inline
export function tileStart(pass: Pass, tile: i32): i32 {
  return tile * pass.tileHeight + min(tile, pass.tallTiles);
}

/** Rows of a tile. */
// @ts-ignore: decorator
@inline
export function tileRows(pass: Pass, tile: i32): i32 {
  return pass.tileHeight + i32(tile < pass.tallTiles);
}

/** Rows of the highest tile. */
// @ts-ignore: decorator
@inline
export function highestTile(pass: Pass): i32 {
  return pass.tileHeight + i32(pass.tallTiles > 0);
}

/** The tile that holds a row. */
// @ts-ignore: decorator
@inline
export function tileOf(pass: Pass, row: i32): i32 {
  const tallRows = pass.tallTiles * (pass.tileHeight + 1);
  return row < tallRows ? row / (pass.tileHeight + 1) : pass.tallTiles + (row - tallRows) / pass.tileHeight;
}
