/** Plans a batch: which tokens are computed, in which order, and which keys they attend to. */
import type { RecordOf } from '@albert-web/kernels';

/** Queries of one sequence that are processed together. */
export type AttentionBlock = RecordOf<'AttentionBlock'>;

/** Rows that run through the layers together. */
export interface Part {
  /** For every row, the position in the batch (`row * length + column`) from which it is read and to which it is written. */
  readonly positions: readonly number[];
  readonly blocks: readonly AttentionBlock[];
  /** Number of keys of the longest sequence. */
  readonly longest: number;
  /** The sequences whose first position is among the rows. */
  readonly firsts: readonly FirstRow[];
  /** Every sequence with its rows, in order. */
  readonly sequences: readonly SequenceRows[];
}

/** The rows of a sequence. */
export interface SequenceRows {
  /** The sequence's index in the batch. */
  readonly sequence: number;
  readonly firstRow: number;
  readonly rows: number;
}

/** The row of a sequence's first position, and the keys it sees. */
export interface FirstRow {
  readonly sequence: number;
  readonly row: number;
  readonly firstKey: number;
  readonly keys: number;
  readonly scale: number;
}

/** Most rows in a part, so that all activations stay in the last-level cache; a longer sequence is not divided. */
const partRows = 512;

/** Queries in one work item of attention: enough to amortize its overhead, few enough to share among threads. */
const blockQueries = 64;

/** Which positions are tokens, and whether the others are needed too. */
export interface BatchShape {
  readonly batch: number;
  readonly length: number;
  /** `[batch * length]`, 0 for padding. */
  readonly mask: ArrayLike<number>;
  readonly headSize: number;
  readonly computePadding: boolean;
}

/**
 * Divides a batch into parts. A sequence becomes its tokens, then, if requested, its padding, which has queries but no keys. If a
 * sequence has no token at all, its padding attends to all of itself evenly, as with Hugging Face's `finfo.min` mask.
 */
export function planBatch(shape: BatchShape): Part[] {
  const parts: Filling[] = [];
  for (let row = 0; row < shape.batch; row++) {
    const sequence = planSequence(shape, row);
    if (sequence.positions.length === 0) continue;
    let part = parts.at(-1);
    if (!part || part.positions.length + sequence.positions.length > partRows) {
      part = { positions: [], blocks: [], longest: 0, firsts: [], sequences: [] };
      parts.push(part);
    }
    const firstKey = part.positions.length;
    const first = sequence.positions.indexOf(row * shape.length);
    const { keys, scale } = sequence;
    if (first >= 0) part.firsts.push({ sequence: row, row: firstKey + first, firstKey, keys, scale });
    part.sequences.push({ sequence: row, firstRow: firstKey, rows: sequence.positions.length });
    part.blocks.push(...blocksOf(firstKey, sequence));
    part.positions.push(...sequence.positions);
    part.longest = Math.max(part.longest, sequence.keys);
  }
  return parts;
}

/** A part that is being filled. */
interface Filling extends Part {
  readonly positions: number[];
  readonly blocks: AttentionBlock[];
  longest: number;
  readonly firsts: FirstRow[];
  readonly sequences: SequenceRows[];
}

interface Sequence {
  readonly positions: readonly number[];
  /** Number of rows, counted from the first, that are seen. */
  readonly keys: number;
  readonly scale: number;
}

function planSequence({ length, mask, headSize, computePadding }: BatchShape, row: number): Sequence {
  const all = Array.from({ length }, (_, column) => row * length + column);
  const tokens = all.filter((position) => mask[position] !== 0);
  if (!computePadding) return { positions: tokens, keys: tokens.length, scale: 1 / Math.sqrt(headSize) };
  const padding = all.filter((position) => mask[position] === 0);
  return {
    positions: [...tokens, ...padding],
    keys: tokens.length || length,
    scale: tokens.length ? 1 / Math.sqrt(headSize) : 0,
  };
}

function blocksOf(firstKey: number, { positions, keys, scale }: Sequence): AttentionBlock[] {
  return Array.from({ length: Math.ceil(positions.length / blockQueries) }, (_, block) => ({
    firstQuery: firstKey + block * blockQueries,
    queries: Math.min(blockQueries, positions.length - block * blockQueries),
    firstKey,
    keys,
    scale,
  }));
}
