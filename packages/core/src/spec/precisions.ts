/** The precisions an executor can compute in. How weights are stored is a separate matter: see `storedFormats`. */

/** One precision. */
interface PrecisionSpec {
  /** Bits of a weight. */
  readonly bits: number;
  /** What the bits hold. */
  readonly kind: 'float' | 'integer';
  /** The name in transformers.js and ONNX Runtime. */
  readonly dtype: string;
  /**
   * Largest difference that a backend's self-check accepts; hidden states are about 1 in size. Wide enough for the rounding of
   * every backend, narrow enough to catch a dropped term, a wrong stride or a stale buffer. Rounding to int8 costs the probe
   * model 0.04 on WebAssembly and 0.08 on WebGPU.
   */
  readonly tolerance: number;
}

/** Every precision, the most exact first; `q8` has int8 weights and activations. */
export const precisions = {
  f32: { bits: 32, kind: 'float', dtype: 'fp32', tolerance: 2e-3 },
  f16: { bits: 16, kind: 'float', dtype: 'fp16', tolerance: 5e-2 },
  q8: { bits: 8, kind: 'integer', dtype: 'q8', tolerance: 0.2 },
} as const satisfies Record<string, PrecisionSpec>;

/** The precision an encoder computes in. */
export type Precision = keyof typeof precisions;

/** Every precision, the most exact first. */
export const precisionNames = Object.keys(precisions) as Precision[];
