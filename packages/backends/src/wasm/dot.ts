/** Which of the kernels' inner products this machine is fastest with: see assembly/inference/tile-q8.ts in `packages/kernels`. */
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
}

/** No int8 at all. */
export const f32Dot: Dot = { code: codes.Dot.none, tileRows: 6, weightGroup: 1, activationBytes: 0 };

const fused: Dot = { code: codes.Dot.fused, tileRows: 6, weightGroup: 4, activationBytes: 1 };
const split: Dot = { code: codes.Dot.split, tileRows: 4, weightGroup: 4, activationBytes: 1 };
const wide: Dot = { code: codes.Dot.wide, tileRows: 5, weightGroup: 2, activationBytes: 2 };

/** What each instruction set has for int8. */
export const q8Dots: Readonly<Record<Simd, readonly Dot[]>> = { relaxed: [fused, split], plain: [wide] };

/** The int8 kernels to use. All of them give the same numbers; two are timed against each other, in about 20 ms. */
export function chooseDot(simd: Simd, kernels: Kernels, heap: Heap): Dot {
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
  return candidates.reduce((fastest, candidate) => (candidate.best < fastest.best ? candidate : fastest)).dot;
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
