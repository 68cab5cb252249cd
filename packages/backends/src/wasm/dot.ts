/**
 * Chooses the fastest of the kernels' inner products on this machine: see assembly/inference/tile-f32.ts and tile-q8.ts in
 * `packages/kernels`.
 */
import type { PrecisionOf } from '@albert-web/core/spec';
import { codes, type Heap, type Kernels, type Simd } from '@albert-web/kernels';
import { fourInputs, pairsOfOutputs, type WeightOrder } from './panels.ts';

/** One way to sum products. */
export interface Dot {
  /** A code of `codes.Dot` in `packages/kernels`. */
  readonly code: number;
  /** Rows of its highest tile, limited by the number of registers. */
  readonly tileRows: number;
  readonly weightOrder: WeightOrder;
  /** Bytes of one quantized activation. */
  readonly activationBytes: number;
  /**
   * Whether products are summed in 16 bits, which leaves 15 bits for weights and activations together. Weights get 8 of them,
   * because their errors repeat in every token and layer. With 255 levels and coarser weights, ALBERT-base with random weights
   * was about twice as far from f32, and the default model no closer.
   */
  readonly sumsIn16Bits: boolean;
  /**
   * Steps from the smallest to the largest activation. Fewer than 128 would not make sums smaller if the dot product treats
   * bytes as signed, because activations then start at -128.
   */
  readonly levels: number;
}

/** No int8 at all. Plain SIMD has no fused multiply-add and needs one more register, so six rows do not fit there. */
export const f32Dot: Dot = {
  code: codes.Dot.none,
  tileRows: 6,
  weightOrder: pairsOfOutputs(4),
  activationBytes: 0,
  sumsIn16Bits: false,
  levels: 0,
};

const in16Bits = { sumsIn16Bits: true, levels: 128 };
const inFull = { sumsIn16Bits: false, levels: 255 };

const fused: Dot = { code: codes.Dot.fused, tileRows: 6, weightOrder: fourInputs, activationBytes: 1, ...in16Bits };
const split: Dot = { code: codes.Dot.split, tileRows: 4, weightOrder: fourInputs, activationBytes: 1, ...in16Bits };
/** Activations are stored in 16 bits, but use 10, so that sums over 16,384 inputs, the widest of xxlarge, fit into 32 bits. */
const wide: Dot = {
  code: codes.Dot.wide,
  tileRows: 5,
  weightOrder: pairsOfOutputs(8),
  activationBytes: 2,
  sumsIn16Bits: false,
  levels: 1023,
};

/** Five rows are faster than four in Firefox and WebKit; Node 20's V8 spills the fifth, and takes twice as long. */
const fiveOrFour = (dot: Dot): readonly Dot[] => [5, 4].map((tileRows) => ({ ...dot, tileRows }));

/** The candidates for each precision, by instruction set. */
export const dots: Readonly<Record<PrecisionOf<'wasm'>, Readonly<Record<Simd, readonly Dot[]>>>> = {
  f32: { relaxed: [f32Dot], plain: fiveOrFour(f32Dot) },
  q8: { relaxed: [fused, split], plain: fiveOrFour(wide) },
};

/** Returns whether products are in f32. */
export const isF32 = ({ code }: Dot): boolean => code === codes.Dot.none;

/**
 * Chooses the inner product for a precision. One that is exact in 8 bits is a single instruction of the processor, and no other
 * is as fast. Timing could miss that, because a candidate's time says little until the engine has optimized it. If none is exact,
 * the candidates are timed against each other, in about 20 ms.
 */
export function chooseDot(precision: PrecisionOf<'wasm'>, simd: Simd, kernels: Kernels, heap: Heap): Dot {
  const candidates = dots[precision][simd];
  const exact = candidates.find((dot) => dot.sumsIn16Bits && kernels.isExact(dot.code, 255));
  return exact ? { ...exact, ...inFull } : fastestOf(candidates, kernels, heap);
}

function fastestOf(candidates: readonly Dot[], kernels: Kernels, heap: Heap): Dot {
  const [only, ...others] = candidates;
  if (only && others.length === 0) return only;
  const scratch = heap.allocate(benchmarkBytes);
  const timed = candidates.map((dot) => ({ dot, best: Infinity }));
  for (let round = 0; round < rounds; round++) {
    for (const each of timed) each.best = Math.min(each.best, timePerRow(kernels, each.dot, scratch));
  }
  // Weights will be stored here, and rely on zeros.
  heap.int8(scratch, benchmarkBytes).fill(0);
  heap.free(scratch);
  return timed.reduce((fastest, each) => (each.best < fastest.best ? each : fastest)).dot;
}

/** Bytes that the timed kernels multiply: see `Kernels.benchmarkTile`. */
const benchmarkBytes = 65536;

/** Rounds of timing. The first ones also let the engine optimize the kernels. */
const rounds = 12;

/** Times a tile as wide as a small model's, for about 0.7 ms: the clock of a page that is not isolated has steps of 0.1 ms. */
function timePerRow(kernels: Kernels, { code, tileRows }: Dot, scratch: number): number {
  const start = performance.now();
  kernels.benchmarkTile(code, tileRows, 48, 1500, scratch);
  return (performance.now() - start) / tileRows;
}
