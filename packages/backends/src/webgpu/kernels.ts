/** The kernels of one encoder: which products it is made of, and which tile each runs in for how many rows. */
import type { AlbertConfig } from '@albert-web/core';
import { headSize } from '@albert-web/core';
import { attentionProgram, attentionTile } from './attention/program.ts';
import { isSoftware } from './device.ts';
import { GpuError } from './errors.ts';
import type { Matmul, WeightStorage } from './matmul/program.ts';
import { matmulProgram } from './matmul/program.ts';
import { chooseTile, tilesFor } from './matmul/tiles.ts';
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

/** A product, and its columns, on which the choice of tile depends. */
interface Product extends Matmul {
  readonly columns: number;
}

/** Columns of all heads, each padded to whole vectors. */
export function attentionWidth(config: AlbertConfig): number {
  return config.num_attention_heads * 4 * vectorsOf(headSize(config));
}

/** Compiles the kernels of one encoder as calls of new sizes need them, and keeps them. */
export class KernelSource {
  readonly #device: GPUDevice;
  readonly #config: AlbertConfig;
  readonly #storage: WeightStorage;
  readonly #bySize = new Map<number, Promise<Kernels>>();

  constructor(device: GPUDevice, config: AlbertConfig, storage: WeightStorage) {
    this.#device = device;
    this.#config = config;
    this.#storage = storage;
  }

  /**
   * Kernels for a call of so many rows. Sizes are told apart by powers of two, and most of those share their tiles, so
   * a new sentence length hardly ever compiles anything.
   *
   * @throws GpuError
   */
  for(rows: number): Promise<Kernels> {
    const size = 2 ** Math.ceil(Math.log2(Math.max(rows, 16)));
    const known = this.#bySize.get(size);
    if (known) return known;
    const kernels = this.#compile(size);
    this.#bySize.set(size, kernels);
    kernels.catch(() => this.#bySize.delete(size));
    return kernels;
  }

  async #compile(rows: number): Promise<Kernels> {
    const device = this.#device;
    const tiles = tilesFor(device.limits, isSoftware(device));
    const entries = Object.entries(productsOf(this.#config)).map(async ([name, product]) => {
      const tile = chooseTile(tiles, rows, product.columns);
      return [name, await compile(device, matmulProgram(product, this.#storage, tile))] as const;
    });
    const [attention, normalise, copy, products] = await Promise.all([
      compile(device, attentionOf(device, this.#config)),
      compile(device, normaliseProgram(true)),
      compile(device, normaliseProgram(false)),
      Promise.all(entries),
    ]);
    return { attention, normalise, copy, products: Object.fromEntries(products) as Record<ProductName, Kernel> };
  }
}

function productsOf(config: AlbertConfig): Readonly<Record<ProductName, Product>> {
  const { hidden_size: hidden, intermediate_size: intermediate, hidden_act: activation } = config;
  const projected = 3 * attentionWidth(config);
  return {
    mapping: { input: 'tensor', finish: 'linear', columns: hidden },
    'query-key-value (first)': { input: 'buffer', finish: 'linear', columns: projected },
    'query-key-value': { input: 'normalised', finish: 'linear', columns: projected },
    'attention output (first)': { input: 'buffer', finish: 'residual', columns: hidden },
    'attention output': { input: 'buffer', finish: 'residual-normalised', columns: hidden },
    'feed-forward up': { input: 'normalised', finish: activation, columns: intermediate },
    'feed-forward down': { input: 'buffer', finish: 'residual-normalised', columns: hidden },
  };
}

function attentionOf(device: GPUDevice, config: AlbertConfig): Program {
  const size = headSize(config);
  const tile = attentionTile(size, device.limits);
  if (tile) return attentionProgram(size, tile);
  throw new GpuError({
    problem: `A head of ${size} does not fit ${device.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory`,
    remedy: 'Choose another backend for this model',
  });
}
