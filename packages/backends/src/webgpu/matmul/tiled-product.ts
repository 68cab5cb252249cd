/** One product of a model, in the tile that suits each number of rows. */
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

/** A product, and what the choice of tile depends on. */
export interface Product extends Matmul {
  readonly storage: WeightStorage;
  readonly depth: number;
  readonly columns: number;
}

/**
 * The kernels of one product, compiled as calls of new sizes need them, and kept.
 *
 * A new size starts in the tile that experience suggests; once it is tuned, it runs in the fastest.
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
   * The kernel for a call of so many rows. Sizes are told apart by powers of two, and most of those share their tile, so a
   * new sentence length hardly ever compiles anything.
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
   * Measures the tiles for calls of so many rows, unless that was done before on this GPU, and puts the fastest to use.
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
    // Another executor may have measured since this one compiled its own.
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
 * Multiplications below which a product is not measured: that of the self-check's model has some ten thousand, the smallest of
 * a real one ten million. So little takes as long as its launch, whatever the tile.
 */
const minWork = 2 ** 20;

/** Rows rounded up to a power of two; below 16 all tiles are alike. */
export function sizeOf(rows: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(rows, 16)));
}
