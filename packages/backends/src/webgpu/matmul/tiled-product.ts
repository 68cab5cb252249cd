/** One product of a model, with the best tile for each number of rows. */
import type { Kernel } from '../pipelines.ts';
import { compile } from '../pipelines.ts';
import type { Matmul } from './program.ts';
import { matmulProgram } from './program.ts';
import type { TileQuestion } from './tile-choices.ts';
import { tileChoicesOn } from './tile-choices.ts';
import type { Tile } from './tiles.ts';
import { likelyTile } from './tiles.ts';
import { fastestTile } from './tune.ts';
import type { WeightStorage } from './weight-storage.ts';

/** A product with the sizes and the storage that the choice of tile depends on. */
export interface Product extends Matmul {
  readonly storage: WeightStorage;
  readonly depth: number;
  readonly columns: number;
}

/**
 * The kernels of one product, compiled when calls of new sizes need them, and kept.
 *
 * A new size starts with the tile that is likely best; once it is tuned, it uses the fastest.
 */
export class TiledProduct {
  readonly #device: GPUDevice;
  readonly #product: Product;
  readonly #tiles: readonly Tile[];
  readonly #bySize = new Map<number, Promise<Kernel>>();

  /** @param tiles to choose from */
  constructor(device: GPUDevice, product: Product, tiles: readonly Tile[]) {
    this.#device = device;
    this.#product = product;
    this.#tiles = tiles;
  }

  /**
   * Returns the kernel for a call of `rows` rows. Sizes are rounded up to powers of two, and most of those share a tile, so a
   * new sentence length rarely compiles anything.
   *
   * @throws GpuError
   */
  for(rows: number): Promise<Kernel> {
    const size = sizeOf(rows);
    const known = this.#bySize.get(size);
    if (known) return known;
    const kernel = this.#compile(size);
    this.#bySize.set(size, kernel);
    kernel.catch(() => this.#bySize.delete(size));
    return kernel;
  }

  /**
   * Measures the tiles for calls of `rows` rows, unless that has been done on this GPU, and switches to the fastest.
   *
   * @throws GpuError
   */
  async tune(rows: number): Promise<void> {
    const size = sizeOf(rows);
    const question = this.#question(size);
    if (this.#tiles.length < 2 || size * question.depth * question.columns < minWork) return;
    const choices = await tileChoicesOn(this.#device);
    if (!choices.of(question)) {
      const fastest = await fastestTile(this.#device, question, this.#tiles);
      if (fastest) await choices.remember(question, fastest.name);
    }
    // Another executor may have measured since this one compiled its kernel.
    const kernel = this.#compile(size);
    await kernel;
    this.#bySize.set(size, kernel);
  }

  async #compile(rows: number): Promise<Kernel> {
    const chosen = (await tileChoicesOn(this.#device)).of(this.#question(rows));
    const { storage, columns } = this.#product;
    const tile = this.#tiles.find(({ name }) => name === chosen) ?? likelyTile(this.#tiles, rows, columns);
    return compile(this.#device, matmulProgram(this.#product, storage, tile));
  }

  #question(rows: number): TileQuestion {
    return { ...this.#product, rows };
  }
}

/**
 * Multiplications below which a product is not measured, because it takes no longer than its launch with any tile. Products of
 * the self-check's model have some ten thousand, the smallest of a real model ten million.
 */
const minWork = 2 ** 20;

/** Rounds rows up to a power of two of at least 16, below which all tiles are alike. */
export function sizeOf(rows: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(rows, 16)));
}
