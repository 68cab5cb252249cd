/**
 * What a forward pass on WebGPU costs on paper: operations, bytes and dispatches of every kernel, and the least time they can
 * take on a device. A measured time far above it shows where to look.
 *
 * Operations count as f32 whatever the format of the weights: it only changes the number of bytes.
 */
import type { AlbertConfig } from '@albert-web/core';

/** The peak performance of a device. */
export interface GpuPeaks {
  /** 10^9 operations per second; a multiply-add counts as two. */
  readonly gigaOperations: number;
  /** Memory bandwidth in 10^9 bytes per second. */
  readonly gigabytes: number;
  /** Microseconds from one dispatch to the next that waits for it. */
  readonly dispatchMicroseconds: number;
}

/** A mid-range laptop GPU. These are assumed, because adapters do not report them. */
export const assumedPeaks: GpuPeaks = { gigaOperations: 5000, gigabytes: 200, dispatchMicroseconds: 5 };

/** Bytes per weight in GPU memory, by format. q4 has a scale of four bytes for every 32 weights. Activations are always f32. */
export const weightBytes = { f32: 4, f16: 2, q8: 1, q4: 0.5 + 4 / 32 } as const;

/** The size of a call. */
export interface GpuCall {
  readonly batch: number;
  readonly length: number;
  readonly weights: keyof typeof weightBytes;
}

/** The cost of one kernel, with all its dispatches in a pass together. */
export interface GpuCost {
  /** Named as in the executor's `profile`. */
  readonly step: string;
  readonly dispatches: number;
  readonly operations: number;
  /** Bytes if everything is read and written once, which no cache can avoid. */
  readonly bytes: number;
  /** The larger of the times for operations and bytes, plus the time of the dispatches themselves. */
  readonly leastMilliseconds: number;
}

/** Returns the cost of every kernel of the encoder over all rows: five per layer, and the mapping before them. */
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
  /** @param read f32 columns that each row reads besides the input: the residual */
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
    // Scores and their products with the values; the softmax is a hundredth of that.
    cost('attention', layers, 4 * rows * length * hidden, 4 * rows * (3 * hidden + hidden)),
    product('attention output', layers, hidden, hidden, hidden),
    product('feed-forward up', layers, hidden, inner),
    product('feed-forward down', layers, inner, hidden, hidden),
  ];
}
