/** Plans a batch: which tokens are computed, in which order, and who attends to whom. No work is planned for padding. */
import type { RecordOf } from '@albert-web/kernels';

/** Queries of one sequence that are attended together. */
export type AttentionBlock = RecordOf<'AttentionBlock'>;

/** Rows that go through the layers together. */
export interface Part {
  /** For every row the position in the batch (`row * length + column`) it is read from and written to. */
  readonly positions: readonly number[];
  readonly blocks: readonly AttentionBlock[];
  /** Keys of the longest sequence. */
  readonly longest: number;
  /** The sequences whose first position is among the rows. */
  readonly firsts: readonly FirstRow[];
  /** Every sequence with its rows, in their order. */
  readonly sequences: readonly SequenceRows[];
}

/** Where a sequence's rows are. */
export interface SequenceRows {
  /** Its row of the batch. */
  readonly sequence: number;
  readonly firstRow: number;
  readonly rows: number;
}

/** Where a sequence's first position is, and what it sees. */
export interface FirstRow {
  readonly sequence: number;
  readonly row: number;
  readonly firstKey: number;
  readonly keys: number;
  readonly scale: number;
}

/** As many rows pass together as keep all activations in the last-level cache; a longer sequence stays whole. */
const partRows = 512;

/** Queries in one piece of attention work: enough to pay for its start, few enough to share among threads. */
const blockQueries = 64;

/** Which positions hold tokens, and whether the others are wanted too. */
export interface BatchShape {
  readonly batch: number;
  readonly length: number;
  /** `[batch * length]`, 0 for padding. */
  readonly mask: ArrayLike<number>;
  readonly headSize: number;
  readonly computePadding: boolean;
}

/**
 * Every sequence becomes its tokens and then, if wanted, its padding: padding asks but is never seen. Where a sequence
 * has no token at all, its padding sees all of itself alike, as with Hugging Face's `finfo.min` mask.
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

/** A part as it fills up. */
interface Filling extends Part {
  readonly positions: number[];
  readonly blocks: AttentionBlock[];
  longest: number;
  readonly firsts: FirstRow[];
  readonly sequences: SequenceRows[];
}

interface Sequence {
  readonly positions: readonly number[];
  /** The first so many rows are seen. */
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
