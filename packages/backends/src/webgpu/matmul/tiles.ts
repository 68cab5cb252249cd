/** The shapes of tile into which a product can be divided. They affect results only by the order of summation. */
import { weightStorages, type WeightStorage } from './weight-storage.ts';

/** Sizes in elements. A workgroup computes `rows x columns` outputs, `depth` terms at a time. */
export interface Tile {
  readonly name: string;
  readonly rows: number;
  /** A multiple of `momentColumns` (32), so that every variant writes the same moments. */
  readonly columns: number;
  readonly depth: number;
  readonly threadRows: number;
  readonly threadColumns: number;
  /** Number of thread grids that share the depth of a block; a divisor of `threadRows`. */
  readonly slices: number;
}

/** Tiles from few rows to many: short sentences need many small workgroups, batches need reuse within large ones. */
export const tiles: readonly Tile[] = [
  { name: 'slim', rows: 16, columns: 32, depth: 32, threadRows: 4, threadColumns: 4, slices: 4 },
  { name: 'small', rows: 32, columns: 32, depth: 32, threadRows: 4, threadColumns: 4, slices: 1 },
  { name: 'medium', rows: 32, columns: 64, depth: 16, threadRows: 4, threadColumns: 4, slices: 1 },
  { name: 'large', rows: 64, columns: 64, depth: 16, threadRows: 8, threadColumns: 4, slices: 1 },
  { name: 'huge', rows: 128, columns: 64, depth: 16, threadRows: 8, threadColumns: 8, slices: 1 },
];

/** Returns the terms that a tile processes at a time: bytes are a quarter of the size of floats, and 32 share a scale. */
export function tileDepth(tile: Tile, storage: WeightStorage): number {
  return weightStorages[storage].products === 'bytes' ? 32 * Math.max(2, tile.slices) : tile.depth;
}

/** Returns the threads per workgroup. */
export function tileThreads(tile: Tile): number {
  return (tile.rows / tile.threadRows) * (tile.columns / tile.threadColumns) * tile.slices;
}

/** Returns the bytes of workgroup memory that a tile needs with the most demanding input and finish. */
export function tileBytes(tile: Tile): number {
  const blocks = 4 * tile.depth * (tile.rows + tile.columns);
  const sliceSums = tile.slices > 1 ? 4 * tile.rows * tile.columns * tile.slices : 16;
  const moments = 8 * tile.rows * (tile.columns / 4 + 1);
  return blocks + sliceSums + moments;
}

/** Returns the tiles that a device can run: only one on an emulated GPU, which compiles slowly and gains nothing from more. */
export function tilesFor(limits: GPUSupportedLimits, software: boolean): readonly Tile[] {
  return tiles.filter(
    (tile) =>
      (!software || tile.name === 'medium') &&
      tileBytes(tile) <= limits.maxComputeWorkgroupStorageSize &&
      tileThreads(tile) <= Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
  );
}

/** Workgroups below which a larger tile leaves parts of a GPU idle; most GPUs have between 8 and 100 cores. */
const enoughWorkgroups = 96;

/** Returns the largest tile that still gives enough workgroups, or a small one if none does. */
export function likelyTile(available: readonly Tile[], rows: number, columns: number): Tile {
  const enough = available.filter(
    (tile) => Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns) >= enoughWorkgroups,
  );
  const [smallest = tiles[0] as Tile] = available;
  return enough.at(-1) ?? (rows <= smallest.rows ? smallest : (available[1] ?? smallest));
}
