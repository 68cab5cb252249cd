/**
 * What the host writes into memory for the kernels to read: 4-byte fields in this order. `src/records.ts` mirrors it.
 *
 * Activations lie in tiles of at most 6 rows: `[tile][panel of 8 columns][row of the tile][8]`. A tile is one stream for
 * the inner product, whatever the width, and every row count divides into tiles of nearly equal height.
 */
import { Activation } from './math';
import { Dot } from './tile-q8';

/** A linear layer. Weights lie in panels of 8 outputs, `[panel][k][8]`; missing rows and columns are zero. */
@unmanaged
export class Linear {
  weights: usize;
  bias: usize;
  /** int8 weights: `value = weight * scales[output]`; 0 for f32 weights. */
  scales: usize;
  /** int8 weights: sum of each output's weights, which the activations' zero point is multiplied with. */
  sums: usize;
  inputPanels: i32;
  outputPanels: i32;
}

/**
 * Eight columns that reach further than the others, each stored as two halves so that the whole row keeps a fine step: one
 * half in the column's own place, the rest of it in one more panel, which the weights have too.
 */
@unmanaged
export class Halving {
  /** f32 `[columns]`: 0.5 for those eight, else 1. */
  factors: usize;
  /** i32 `[8]`: the columns, in the order of the panel. */
  columns: usize;
}

/** One inner layer of the encoder. */
@unmanaged
export class Layer {
  /** All three, and the same weights in two parts. */
  queryKeyValue: Linear;
  query: Linear;
  keyValue: Linear;
  attentionOutput: Linear;
  attentionNormWeight: usize;
  attentionNormBias: usize;
  /** Null, or what the input of `ffn` is stored by. */
  halving: Halving | null;
  ffn: Linear;
  ffnOutput: Linear;
  outputNormWeight: usize;
  outputNormBias: usize;
}

/** Queries of one sequence that are attended together, and the keys they see. */
@unmanaged
export class AttentionBlock {
  firstQuery: i32;
  queries: i32;
  firstKey: i32;
  keys: i32;
  /** 1 / sqrt(head size); 0 where no key may be seen, which makes all probabilities equal. */
  scale: f32;
}

/** One forward pass of some rows (tokens): sizes, buffers, and what threads share. */
@unmanaged
export class Pass {
  rows: i32;
  /**
   * Null, or the pass whose sequences these rows are some queries of: keys and values are those of its rows, and row `i`
   * begins as its row `sourceRows[i]`.
   */
  source: Pass | null;
  sourceRows: usize;
  /** Height of the lower tiles; the first `tallTiles` are one row higher. */
  tileHeight: i32;
  tallTiles: i32;
  tiles: i32;
  heads: i32;
  /** Panels of one head, whose columns are padded to a multiple of 8. */
  headPanels: i32;
  hiddenSize: i32;
  hiddenPanels: i32;
  innerPanels: i32;
  activation: Activation;
  /** `none` for f32. */
  dot: Dot;
  /** Of tile-q8.ts. */
  leastActivation: i32;
  epsilon: f32;
  attentionBlocks: usize;
  attentionBlockCount: i32;
  /** Tiles of f32 `[rows, embedding]`: the input. */
  embedded: usize;
  /** Tiles `[rows, hidden]`: each layer's input, its residual stream, its output. */
  hidden: usize;
  /** `[panel][row][8]`: queries of all heads. Without a source, keys and values follow at once. */
  queries: usize;
  /** `[panel][key row][8]`: keys of all heads, then values. */
  keyValues: usize;
  keyRows: i32;
  /** Tiles `[rows, heads * padded head size]`. */
  context: usize;
  /** Tiles `[rows, intermediate]`; shares its place with the three above. */
  inner: usize;
  /** Tiles of 8-bit activations, with one scale and one zero point a row. */
  quantizedInput: usize;
  rowScales: usize;
  rowZeros: usize;
  /** `scratchBytes` for each thread. */
  scratch: usize;
  scratchBytes: usize;
  threads: i32;
  /** Whether thread 0 may sleep at a barrier: a page's main thread may not. */
  callerSleeps: i32;
  /** Shared by the threads: next piece of work, threads at the barrier, barriers passed. */
  nextItem: i32;
  arrived: i32;
  generation: i32;
  /** Set by a thread that cannot go on. */
  abandoned: i32;
}

/** What the threads do next. Every job ends in a barrier: else a slow thread would read the next one as the one it woke for. */
@unmanaged
export class Job {
  /** Grows by one with every job. */
  number: i32;
  kind: JobKind;
  pass: Pass;
  /** A `Linear` (the embeddings' mapping), a `Layer`, or nothing. */
  weights: usize;
}

export const enum JobKind {
  mapEmbeddings,
  /** The hidden state is already there, put by the host. Not a job where nothing is quantized. */
  quantizeHidden,
  runLayer,
  /** Ends the worker's loop. */
  stop,
}

/** First row of a tile. */
// @ts-ignore: decorator
@inline
export function tileStart(pass: Pass, tile: i32): i32 {
  return tile * pass.tileHeight + min(tile, pass.tallTiles);
}

/** Rows of a tile. */
// @ts-ignore: decorator
@inline
export function tileRows(pass: Pass, tile: i32): i32 {
  return pass.tileHeight + i32(tile < pass.tallTiles);
}

/** The tile that holds a row. */
// @ts-ignore: decorator
@inline
export function tileOf(pass: Pass, row: i32): i32 {
  const tallRows = pass.tallTiles * (pass.tileHeight + 1);
  return row < tallRows ? row / (pass.tileHeight + 1) : pass.tallTiles + (row - tallRows) / pass.tileHeight;
}
