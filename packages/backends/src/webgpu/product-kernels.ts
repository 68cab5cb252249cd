/** Which tile each product runs in, for how many rows: compiled when first needed, kept. */
import type { AlbertConfig } from '@albert-web/core';
import type { ProductName } from './kernels.ts';
import { compileProduct, products } from './kernels.ts';
import type { Matmul, WeightStorage } from './matmul/program.ts';
import { chooseTile, tilesWithin } from './matmul/tiles.ts';
import type { Kernel } from './pipelines.ts';

/** The matrix products of one encoder on one device. */
export class ProductKernels {
  readonly #device: GPUDevice;
  readonly #products: Readonly<Record<ProductName, Matmul>>;
  readonly #storage: WeightStorage;
  readonly #bySize = new Map<number, Promise<Readonly<Record<ProductName, Kernel>>>>();

  constructor(device: GPUDevice, config: AlbertConfig, storage: WeightStorage) {
    this.#device = device;
    this.#products = products(config);
    this.#storage = storage;
  }

  /**
   * Kernels for a call of so many rows. Sizes are told apart by powers of two, so a new sentence length hardly ever
   * compiles anything.
   *
   * @throws GpuError
   */
  prepare(rows: number): Promise<Readonly<Record<ProductName, Kernel>>> {
    const size = 2 ** Math.ceil(Math.log2(Math.max(rows, 16)));
    const known = this.#bySize.get(size);
    if (known) return known;
    const kernels = this.#compile(size);
    this.#bySize.set(size, kernels);
    kernels.catch(() => this.#bySize.delete(size));
    return kernels;
  }

  async #compile(rows: number): Promise<Readonly<Record<ProductName, Kernel>>> {
    const tiles = tilesWithin(this.#device.limits);
    const kernels = await Promise.all(
      Object.entries(this.#products).map(async ([name, product]) => {
        const kernel = await compileProduct(
          this.#device,
          product,
          this.#storage,
          chooseTile(tiles, rows, product.columns),
        );
        return [name, kernel] as const;
      }),
    );
    return Object.fromEntries(kernels) as Record<ProductName, Kernel>;
  }
}
