/**
 * What a forward pass on WebGPU costs on paper: operations, bytes and dispatches of every kernel, and the least time they can
 * take on a device. A measured time far above it tells where to look.
 *
 * Operations are counted as f32 with every format of weights, which changes their bytes and nothing else.
 */
import type { AlbertConfig } from '@albert-web/core';

/** What a device can do at most. */
export interface GpuPeaks {
  /** 10^9 operations a second, a multiplication with its sum counted as two. */
  readonly gigaOperations: number;
  /** 10^9 bytes a second, from memory. */
  readonly gigabytes: number;
  /** Microseconds from one dispatch to the next that waits for it. */
  readonly dispatchMicroseconds: number;
}

/** A mid-range GPU of a laptop. Assumed: no adapter tells these. */
export const assumedPeaks: GpuPeaks = { gigaOperations: 5000, gigabytes: 200, dispatchMicroseconds: 5 };

/** Bytes of a weight by how it lies in GPU memory; q4 has a scale of four bytes for every 32. Activations are f32 with all of them. */
export const weightBytes = { f32: 4, f16: 2, q8: 1, q4: 0.5 + 4 / 32 } as const;

/** The size of a call. */
export interface GpuCall {
  readonly batch: number;
  readonly length: number;
  readonly weights: keyof typeof weightBytes;
}

/** One kernel, all its dispatches of a pass together. */
export interface GpuCost {
  /** As `profile` of the executor names it. */
  readonly step: string;
  readonly dispatches: number;
  readonly operations: number;
  /** Read and written once each: what a cache cannot save. */
  readonly bytes: number;
  /** The largest of the times for operations and bytes, and the dispatches' own time on top. */
  readonly leastMilliseconds: number;
}

/** Every kernel of the encoder over all rows: five in a layer, the mapping before them. */
export function gpuCosts(config: AlbertConfig, { batch, length, weights }: GpuCall, peaks: GpuPeaks): GpuCost[] {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: inner } = config;
  const layers = config.num_hidden_layers * config.inner_group_num;
  const rows = batch * length;
  const cost = (step: string, dispatches: number, operations: number, bytes: number): GpuCost => ({
    step,
    dispatches,
    operations: dispatches * operations,
    bytes: dispatches * bytes,
    leastMilliseconds:
      dispatches *
      (Math.max(operations / peaks.gigaOperations, bytes / peaks.gigabytes) / 1e6 + peaks.dispatchMicroseconds / 1e3),
  });
  /** @param read f32 columns of a row beside the input: the residual */
  const product = (step: string, dispatches: number, depth: number, columns: number, read = 0): GpuCost =>
    cost(
      step,
      dispatches,
      2 * rows * depth * columns,
      4 * rows * (depth + columns + read) + depth * columns * weightBytes[weights],
    );
  return [
    product('mapping', 1, embedding, hidden),
    product('query-key-value', layers, hidden, 3 * hidden),
    // Scores and their products with the values; the softmax is a hundredth of them.
    cost('attention', layers, 4 * rows * length * hidden, 4 * rows * (3 * hidden + hidden)),
    product('attention output', layers, hidden, hidden, hidden),
    product('feed-forward up', layers, hidden, inner),
    product('feed-forward down', layers, inner, hidden, hidden),
  ];
}
