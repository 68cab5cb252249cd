/** The arithmetic an executor can compute with; how weights are stored is `storedFormats`. */

/** One kind of arithmetic. */
interface PrecisionSpec {
  /** What it is, for people. */
  readonly label: string;
  /** Its name in transformers.js and ONNX Runtime. */
  readonly dtype: string;
}

/** Every kind of arithmetic, the most exact first; `q8` has int8 weights and activations. */
export const precisions = {
  f32: { label: '32-bit float', dtype: 'fp32' },
  f16: { label: '16-bit float', dtype: 'fp16' },
  q8: { label: '8-bit integer', dtype: 'q8' },
} as const satisfies Record<string, PrecisionSpec>;

/** Arithmetic of an encoder. */
export type Precision = keyof typeof precisions;

/** Every precision, the most exact first. */
export const precisionNames = Object.keys(precisions) as Precision[];
