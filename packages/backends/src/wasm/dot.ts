/** Which of the kernels' inner products this machine is fastest with: see assembly/inference/tile-q8.ts in `packages/kernels`. */
import type { PrecisionOf } from '@albert-web/core/spec';
import { codes, type Heap, type Kernels, type Simd } from '@albert-web/kernels';

/** One way to sum products. */
export interface Dot {
  /** A code of `codes.Dot` in `packages/kernels`. */
  readonly code: number;
  /** Rows of its highest tile: what the registers hold. */
  readonly tileRows: number;
  /** Inputs of one output that lie together in packed weights. */
  readonly weightGroup: number;
  /** Bytes of one quantized activation. */
  readonly activationBytes: number;
  /**
   * Whether products are summed in 16 bits, which leaves 15 bits for weights and activations together. Errors of weights
   * repeat in every token and layer, so weights get 8 of them: with 255 levels and coarser weights, ALBERT-base with random
   * weights was about twice as far from f32, and the default model no closer.
   */
  readonly sumsIn16Bits: boolean;
  /**
   * Steps from the least to the largest activation. Fewer than 128 would not make sums smaller where the dot product takes
   * bytes for signed and activations count from -128.
   */
  readonly levels: number;
}

/** No int8 at all. */
export const f32Dot: Dot = {
  code: codes.Dot.none,
  tileRows: 6,
  weightGroup: 1,
  activationBytes: 0,
  sumsIn16Bits: false,
  levels: 0,
};

const in16Bits = { sumsIn16Bits: true, levels: 128 };
const inFull = { sumsIn16Bits: false, levels: 255 };

const fused: Dot = { code: codes.Dot.fused, tileRows: 6, weightGroup: 4, activationBytes: 1, ...in16Bits };
const split: Dot = { code: codes.Dot.split, tileRows: 4, weightGroup: 4, activationBytes: 1, ...in16Bits };
/** Activations lie in 16 bits: ten of them leave the sums of 16,384 inputs, the widest of xxlarge, their 32 bits. */
const wide: Dot = {
  code: codes.Dot.wide,
  tileRows: 5,
  weightGroup: 2,
  activationBytes: 2,
  sumsIn16Bits: false,
  levels: 1023,
};

/** What each instruction set has for int8. */
export const q8Dots: Readonly<Record<Simd, readonly Dot[]>> = { relaxed: [fused, split], plain: [wide] };

/** The kernels that each precision runs on. */
export const chooseDot: Readonly<Record<PrecisionOf<'wasm'>, (simd: Simd, kernels: Kernels, heap: Heap) => Dot>> = {
  f32: () => f32Dot,
  q8: chooseQ8Dot,
};

/** The int8 kernels to use: two are timed against each other, in about 20 ms. */
function chooseQ8Dot(simd: Simd, kernels: Kernels, heap: Heap): Dot {
  if (simd === 'plain') return wide;
  const scratch = heap.allocate(rehearsalBytes);
  const candidates = q8Dots[simd].map((dot) => ({ dot, best: Infinity }));
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      candidate.best = Math.min(candidate.best, timePerRow(kernels, candidate.dot, scratch));
    }
  }
  // Weights will lie here, and count on zeros.
  heap.int8(scratch, rehearsalBytes).fill(0);
  heap.free(scratch);
  const { dot } = candidates.reduce((fastest, candidate) => (candidate.best < fastest.best ? candidate : fastest));
  return kernels.isExact(dot.code, 255) ? { ...dot, ...inFull } : dot;
}

/** What the kernels multiply for practice: see `Kernels.rehearse`. */
const rehearsalBytes = 65536;

/** The first rounds also let the engine compile for speed. */
const rounds = 12;

/** A tile as wide as a small model's, for about 0.7 ms: a page that is not isolated has a clock of 0.1 ms. */
function timePerRow(kernels: Kernels, { code, tileRows }: Dot, scratch: number): number {
  const start = performance.now();
  kernels.rehearse(code, tileRows, 48, 1500, scratch);
  return (performance.now() - start) / tileRows;
}
