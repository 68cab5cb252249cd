/** The kernels of one encoder: which products it is made of, and in which tile each runs for how many rows. */
import type { AlbertConfig } from '@albert-web/core';
import { headSize } from '@albert-web/core';
import { attentionProgram, attentionTile } from './attention/program.ts';
import { GpuError } from './errors.ts';
import type { Matmul, WeightStorage } from './matmul/program.ts';
import { matmulProgram } from './matmul/program.ts';
import type { Tile } from './matmul/tiles.ts';
import { normaliseProgram } from './normalise/program.ts';
import type { Kernel } from './pipelines.ts';
import { compile } from './pipelines.ts';
import type { Program } from './program.ts';
import { vectorsOf } from './program.ts';

/** Names of the products, in the order of a pass. What follows the mapping to hidden has no LayerNorm to read through. */
export type ProductName =
  | 'mapping'
  | 'query-key-value (first)'
  | 'query-key-value'
  | 'attention output (first)'
  | 'attention output'
  | 'feed-forward up'
  | 'feed-forward down';

/** Every matrix product of the encoder. */
export function products(config: AlbertConfig): Readonly<Record<ProductName, Matmul>> {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const epsilon = config.layer_norm_eps;
  const width = attentionWidth(config);
  const project = { depth: hidden, columns: 3 * width, finish: 'linear', epsilon } as const;
  const output = { depth: width, columns: hidden, input: 'buffer', epsilon } as const;
  const all = {
    mapping: { depth: embedding, columns: hidden, input: 'tensor', finish: 'linear', epsilon },
    'query-key-value (first)': { ...project, input: 'buffer' },
    'query-key-value': { ...project, input: 'normalised' },
    'attention output (first)': { ...output, finish: 'residual' },
    'attention output': { ...output, finish: 'residual-normalised' },
    'feed-forward up': {
      depth: hidden,
      columns: intermediate,
      input: 'normalised',
      finish: config.hidden_act,
      epsilon,
    },
    'feed-forward down': {
      depth: intermediate,
      columns: hidden,
      input: 'buffer',
      finish: 'residual-normalised',
      epsilon,
    },
  } as const;
  return Object.fromEntries(Object.entries(all).map(([name, product]) => [name, { name, ...product }])) as Record<
    ProductName,
    Matmul
  >;
}

/** Columns of all heads, each padded to whole vectors. */
export function attentionWidth(config: AlbertConfig): number {
  return config.num_attention_heads * 4 * vectorsOf(headSize(config));
}

/** Kernels that have no variants. */
export interface FixedKernels {
  readonly attention: Kernel;
  /** Writes hidden states through the LayerNorm they have not had yet. */
  readonly normalise: Kernel;
  /** Writes the mapped embeddings, which have none. */
  readonly copy: Kernel;
}

/** @throws GpuError */
export async function compileFixed(device: GPUDevice, config: AlbertConfig): Promise<FixedKernels> {
  const hidden = config.hidden_size;
  const [attention, normalise, copy] = await Promise.all([
    compile(device, attentionOf(device, config)),
    compile(device, normaliseProgram('output', hidden, config.layer_norm_eps)),
    compile(device, normaliseProgram('output (mapped)', hidden, undefined)),
  ]);
  return { attention, normalise, copy };
}

/** @throws GpuError */
export function compileProduct(
  device: GPUDevice,
  product: Matmul,
  storage: WeightStorage,
  tile: Tile,
): Promise<Kernel> {
  return compile(device, matmulProgram(product, storage, tile));
}

function attentionOf(device: GPUDevice, config: AlbertConfig): Program {
  const tile = attentionTile(headSize(config), device.limits);
  if (!tile) {
    throw new GpuError({
      problem: `A head of ${headSize(config)} does not fit ${device.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory`,
      remedy: 'Choose another backend for this model',
    });
  }
  return attentionProgram(config.num_attention_heads, headSize(config), tile);
}
