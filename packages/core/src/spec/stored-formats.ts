/** How checkpoints store weights; what an executor computes with is `precisions`. */

/** One way of storing weights. */
interface StoredFormatSpec {
  /** What it is, for people. */
  readonly label: string;
  /** Whether checkpoints are also written so; the others are only read. */
  readonly written: boolean;
}

/** Every format, the widest first. */
export const storedFormats = {
  f32: { label: '32-bit floats', written: true },
  f16: { label: '16-bit floats', written: true },
  bf16: { label: 'bfloat16', written: false },
  q8: { label: 'int8 rows with one scale each', written: true },
  q4: { label: '4-bit groups of 32', written: true },
} as const satisfies Record<string, StoredFormatSpec>;

/** How a weight is stored. */
export type StoredFormat = keyof typeof storedFormats;

/** Every format, the widest first. */
export const storedFormatNames = Object.keys(storedFormats) as StoredFormat[];
