/** The kernels of one encoder: which products it is made of, and which tile each runs in for how many rows. */
import type { AlbertConfig } from '@albert-web/core';
import { headSize } from '@albert-web/core';
import { attentionProgram, attentionTile, reductionOn } from './attention/program.ts';
import { isSoftware } from './device.ts';
import { GpuError } from './errors.ts';
import type { Matmul } from './matmul/program.ts';
import type { WeightStorage } from './matmul/weight-storage.ts';
import { matmulProgram } from './matmul/program.ts';
import { TileChoices } from './matmul/tile-choices.ts';
import type { Tile } from './matmul/tiles.ts';
import { likelyTile, tilesFor } from './matmul/tiles.ts';
import { fastestTile } from './matmul/tune.ts';
import { normaliseProgram } from './normalise/program.ts';
import type { Kernel } from './pipelines.ts';
import { compile } from './pipelines.ts';
import type { Program } from './program.ts';
import { vectorsOf } from './sizes.ts';

/** The products of a pass, in its order. What follows the mapping to hidden has no LayerNorm to read through. */
export type ProductName =
  | 'mapping'
  | 'query-key-value (first)'
  | 'query-key-value'
  | 'attention output (first)'
  | 'attention output'
  | 'feed-forward up'
  | 'feed-forward down';

/** A kernel for each product, and those that have no variants. */
export interface Kernels {
  readonly products: Readonly<Record<ProductName, Kernel>>;
  readonly attention: Kernel;
  /** Writes hidden states through the LayerNorm they have not had yet. */
  readonly normalise: Kernel;
  /** Writes the mapped embeddings, which have none. */
  readonly copy: Kernel;
}

/** A product, and its sizes, on which the choice of tile depends. */
interface Product extends Matmul {
  readonly depth: number;
  readonly columns: number;
}

/** Columns of all heads, each padded to whole vectors. */
export function attentionWidth(config: AlbertConfig): number {
  return config.num_attention_heads * 4 * vectorsOf(headSize(config));
}

/**
 * The kernels of one encoder, compiled as calls of new sizes need them, and kept.
 *
 * A new size starts in the tiles that experience suggests. While it is in use, its products are measured in every tile
 * once, and from then on run in the fastest; the browser remembers which.
 */
export class KernelSource {
  readonly #device: GPUDevice;
  readonly #products: Readonly<Record<ProductName, Product>>;
  readonly #attention: Program;
  readonly #storage: WeightStorage;
  readonly #tiles: readonly Tile[];
  readonly #choices: Promise<TileChoices>;
  readonly #bySize = new Map<number, Promise<Kernels>>();
  readonly #tuned = new Set<number>();
  #tuning = Promise.resolve();

  /**
   * @param tiles to choose from. Default: all that the device can run.
   * @throws GpuError when a head does not fit the device.
   */
  constructor(
    device: GPUDevice,
    config: AlbertConfig,
    storage: WeightStorage,
    tiles = tilesFor(device.limits, isSoftware(device)),
  ) {
    this.#device = device;
    this.#products = productsOf(config);
    this.#attention = attentionOf(device, config);
    this.#storage = storage;
    this.#tiles = tiles;
    this.#choices = TileChoices.open(adapterKey(device));
  }

  /**
   * Kernels for a call of so many rows. Sizes are told apart by powers of two, and most of those share their tiles, so
   * a new sentence length hardly ever compiles anything.
   *
   * @throws GpuError
   */
  for(rows: number): Promise<Kernels> {
    const size = sizeOf(rows);
    const known = this.#bySize.get(size);
    if (known) return known;
    const kernels = this.#compile(size);
    this.#bySize.set(size, kernels);
    kernels.catch(() => this.#bySize.delete(size));
    return kernels;
  }

  /**
   * Measures the tiles of every product for calls of so many rows, unless that was done before on this GPU, and puts the
   * fastest to use.
   *
   * @throws GpuError
   */
  async tune(rows: number): Promise<void> {
    const size = sizeOf(rows);
    const choices = await this.#choices;
    let changed = false;
    for (const product of Object.values(this.#products)) {
      const question = { ...product, storage: this.#storage, rows: size };
      if (this.#tiles.length < 2 || choices.of(question)) continue;
      const fastest = await fastestTile(this.#device, question, this.#tiles);
      if (fastest) await choices.remember(question, fastest.name);
      changed = true;
    }
    if (!changed) return;
    const kernels = this.#compile(size);
    await kernels;
    this.#bySize.set(size, kernels);
  }

  /** `tune`, once for each size, with nobody waiting: what goes wrong there leaves the kernels as they were. */
  tuneInBackground(rows: number): void {
    const size = sizeOf(rows);
    if (this.#tuned.has(size)) return;
    this.#tuned.add(size);
    this.#tuning = this.#tuning.then(() => this.tune(size)).catch(() => undefined);
  }

  async #compile(rows: number): Promise<Kernels> {
    const device = this.#device;
    const choices = await this.#choices;
    const entries = Object.entries(this.#products).map(async ([name, product]) => {
      const chosen = choices.of({ ...product, storage: this.#storage, rows });
      const tile = this.#tiles.find((tile) => tile.name === chosen) ?? likelyTile(this.#tiles, rows, product.columns);
      return [name, await compile(device, matmulProgram(product, this.#storage, tile))] as const;
    });
    const [attention, normalise, copy, products] = await Promise.all([
      compile(device, this.#attention),
      compile(device, normaliseProgram(true)),
      compile(device, normaliseProgram(false)),
      Promise.all(entries),
    ]);
    return { attention, normalise, copy, products: Object.fromEntries(products) as Record<ProductName, Kernel> };
  }
}

/** Rows rounded up to a power of two; below 16 all tiles are alike. */
function sizeOf(rows: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(rows, 16)));
}

/** Tells one GPU from another as far as browsers let it be told. */
function adapterKey({ adapterInfo }: GPUDevice): string {
  const { vendor, architecture, device, description } = (adapterInfo as GPUAdapterInfo | undefined) ?? {};
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed';
}

function productsOf(config: AlbertConfig): Readonly<Record<ProductName, Product>> {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const width = attentionWidth(config);
  const project = { depth: hidden, columns: 3 * width, finish: 'linear' } as const;
  const leave = { depth: width, columns: hidden, input: 'buffer' } as const;
  return {
    mapping: { depth: embedding, columns: hidden, input: 'tensor', finish: 'linear' },
    'query-key-value (first)': { ...project, input: 'buffer' },
    'query-key-value': { ...project, input: 'normalised' },
    'attention output (first)': { ...leave, finish: 'residual' },
    'attention output': { ...leave, finish: 'residual-normalised' },
    'feed-forward up': { depth: hidden, columns: intermediate, input: 'normalised', finish: config.hidden_act },
    'feed-forward down': { ...leave, depth: intermediate, finish: 'residual-normalised' },
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
