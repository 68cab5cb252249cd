/** Attention of all heads in one dispatch. */
import callText from '../call.wgsl';
import type { Program } from '../program.ts';
import { constants } from '../program.ts';
import { vectorsOf } from '../sizes.ts';
import attentionText from './attention.wgsl';
import reduceSubgroupText from './reduce-subgroup.wgsl';
import reduceWorkgroupText from './reduce-workgroup.wgsl';

export const attentionBindings = { call: 0, projected: 1, mask: 2, context: 4 } as const;

/** Block sizes: queries per workgroup, a multiple of 4, and keys processed at a time, a multiple of 16. */
export interface AttentionTile {
  readonly queries: number;
  readonly keys: number;
}

/** From large to small: with more queries, a block of keys is reused more often, but needs more memory. */
const attentionTiles: readonly AttentionTile[] = [
  { queries: 32, keys: 32 },
  { queries: 16, keys: 32 },
  { queries: 16, keys: 16 },
  { queries: 8, keys: 16 },
  { queries: 4, keys: 16 },
];

/** Returns the bytes of workgroup memory for heads of `headSize`. */
export function attentionBytes({ queries, keys }: AttentionTile, headSize: number): number {
  const vectors = vectorsOf(headSize);
  return 16 * (queries * vectors + keys * (vectors | 1) + keys * vectors + (keys * queries) / 4 + queries * 4);
}

/** Returns the largest tile that fits, or undefined if heads are too wide for any. */
export function attentionTile(headSize: number, limits: GPUSupportedLimits): AttentionTile | undefined {
  return attentionTiles.find((tile) => attentionBytes(tile, headSize) <= limits.maxComputeWorkgroupStorageSize);
}

/** How the threads that share four queries compute a maximum. */
export interface Reduction {
  /** Threads per row: a power of two, and a divisor of a tile's keys. */
  readonly columnThreads: number;
  /** Whether values are exchanged between registers; a row must be within one subgroup. */
  readonly bySubgroup: boolean;
}

/** Returns rows of 16 threads, within a subgroup if it is always that wide: 32 threads on most GPUs, 8 to 32 on Intel's. */
export function reductionOn(device: GPUDevice): Reduction {
  const narrowest = (device.adapterInfo as GPUAdapterInfo | undefined)?.subgroupMinSize ?? 0;
  return { columnThreads: 16, bySubgroup: device.features.has('subgroups') && narrowest >= 16 };
}

/** Returns the program. @param headSize unpadded width of a head; `projected` and `context` pad each head to whole vectors. */
export function attentionProgram(headSize: number, tile: AttentionTile, reduction: Reduction): Program {
  const header = constants({
    headSize4: vectorsOf(headSize),
    scale: { real: 1 / Math.sqrt(headSize) },
    queryTile: tile.queries,
    keyTile: tile.keys,
    columnThreads: reduction.columnThreads,
  });
  const texts = reduction.bySubgroup
    ? ['enable subgroups;', header, callText, reduceSubgroupText, attentionText]
    : [header, callText, reduceWorkgroupText, attentionText];
  return {
    name: 'attention',
    code: texts.join('\n'),
    bindings: {
      [attentionBindings.call]: 'uniform',
      [attentionBindings.projected]: 'read',
      [attentionBindings.mask]: 'read',
      [attentionBindings.context]: 'write',
    },
    workgroups: ({ batch, length, stride }, heads) => [Math.ceil(length / stride / tile.queries), heads, batch],
  };
}
