/** The kernels of one encoder: its products, and the tile that each uses for a number of rows. */
import type { AlbertConfig } from '@albert-web/core';
import { headSize } from '@albert-web/core';
import { attentionProgram, attentionTile, reductionOn } from './attention/program.ts';
import { isSoftware } from './device.ts';
import { attentionWidth, type MatrixName, type MatrixStorages } from './encoder-matrices.ts';
import { GpuError } from './errors.ts';
import type { Product } from './matmul/tiled-product.ts';
import { sizeOf, TiledProduct } from './matmul/tiled-product.ts';
import { tilesFor } from './matmul/tiles.ts';
import { normalizeProgram } from './normalize/program.ts';
import type { Kernel } from './pipelines.ts';
import { compile } from './pipelines.ts';
import type { Program } from './program.ts';

/** The products of a pass, in order. The `(first)` ones follow the mapping, whose output has no LayerNorm to apply. */
export type ProductName =
  | 'mapping'
  | 'query-key-value (first)'
  | 'query-key-value'
  | 'attention output (first)'
  | 'attention output'
  | 'feed-forward up'
  | 'feed-forward down';

/** A kernel for each product, and the kernels without variants. */
export interface Kernels {
  readonly products: Readonly<Record<ProductName, Kernel>>;
  readonly attention: Kernel;
  /** Writes hidden states after applying their pending LayerNorm. */
  readonly normalize: Kernel;
  /** Writes the mapped embeddings, which have no LayerNorm. */
  readonly copy: Kernel;
}

/**
 * The kernels of one encoder for calls of every size.
 *
 * When a size is first used, its products are measured once in every tile; from then on they use the fastest, which the browser
 * remembers.
 */
export class KernelSource {
  readonly #device: GPUDevice;
  readonly #products: readonly (readonly [ProductName, TiledProduct])[];
  readonly #attention: Program;
  readonly #tuned = new Set<number>();
  #tuning = Promise.resolve();

  /**
   * @param tiles to choose from. Default: all that the device can run.
   * @throws GpuError if a head does not fit the device
   */
  constructor(
    device: GPUDevice,
    config: AlbertConfig,
    storages: MatrixStorages,
    tiles = tilesFor(device.limits, isSoftware(device)),
  ) {
    this.#device = device;
    this.#products = Object.entries(productsOf(config)).map(([name, { matrix, ...product }]) => [
      name as ProductName,
      new TiledProduct(device, { ...product, storage: storages[matrix] }, tiles),
    ]);
    this.#attention = attentionOf(device, config);
  }

  /** Returns the kernels for a call of `rows` rows. @throws GpuError */
  async for(rows: number): Promise<Kernels> {
    const [attention, normalize, copy, ...products] = await Promise.all([
      compile(this.#device, this.#attention),
      compile(this.#device, normalizeProgram(true)),
      compile(this.#device, normalizeProgram(false)),
      ...this.#products.map(async ([name, product]) => [name, await product.for(rows)] as const),
    ]);
    return { attention, normalize, copy, products: Object.fromEntries(products) as Record<ProductName, Kernel> };
  }

  /**
   * Measures the tiles of every product for calls of `rows` rows, unless that has been done on this GPU, and switches to the
   * fastest.
   *
   * @throws GpuError
   */
  async tune(rows: number): Promise<void> {
    for (const [, product] of this.#products) await product.tune(rows);
  }

  /** Runs `tune` once for each size in the background. If it fails, the kernels stay as they were. */
  tuneInBackground(rows: number): void {
    const size = sizeOf(rows);
    if (this.#tuned.has(size)) return;
    this.#tuned.add(size);
    this.#tuning = this.#tuning.then(() => this.tune(size)).catch(() => undefined);
  }
}

/** A product of a pass, and the matrix it multiplies by. */
interface EncoderProduct extends Omit<Product, 'storage'> {
  readonly matrix: MatrixName;
}

function productsOf(config: AlbertConfig): Readonly<Record<ProductName, EncoderProduct>> {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const width = attentionWidth(config);
  const project = { matrix: 'queryKeyValue', depth: hidden, columns: 3 * width, finish: 'linear' } as const;
  const leave = { matrix: 'attentionOutput', depth: width, columns: hidden, input: 'buffer' } as const;
  const residual = 'residual-normalized';
  return {
    mapping: { matrix: 'mapping', depth: embedding, columns: hidden, input: 'tensor', finish: 'linear' },
    'query-key-value (first)': { ...project, input: 'buffer' },
    'query-key-value': { ...project, input: 'normalized' },
    'attention output (first)': { ...leave, finish: 'residual' },
    'attention output': { ...leave, finish: residual },
    'feed-forward up': {
      matrix: 'ffn',
      depth: hidden,
      columns: intermediate,
      input: 'normalized',
      finish: config.hidden_act,
    },
    'feed-forward down': { ...leave, matrix: 'ffnOutput', depth: intermediate, finish: residual },
  };
}

function attentionOf(device: GPUDevice, config: AlbertConfig): Program {
  const size = headSize(config);
  const tile = attentionTile(size, device.limits);
  if (tile) return attentionProgram(size, tile, reductionOn(device));
  throw new GpuError({
    problem: `A head of ${size} does not fit ${device.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory`,
    remedy: 'Choose another backend for this model',
  });
}
