/** The arithmetic an executor can compute with; how weights are stored is `storedFormats`. */

/** One kind of arithmetic. */
interface PrecisionSpec {
  /** What it is, for people. */
  readonly label: string;
}

/** Every kind of arithmetic, the most exact first. */
export const precisions = {
  f32: { label: '32-bit floats' },
  f16: { label: '16-bit floats' },
  q8: { label: 'int8 weights and activations' },
} as const satisfies Record<string, PrecisionSpec>;

/** Arithmetic of an encoder. */
export type Precision = keyof typeof precisions;

/** Every precision, the most exact first. */
export const precisionNames = Object.keys(precisions) as Precision[];
