/** How checkpoints store weights; what an executor computes with is `precisions`. */

/** One way of storing weights. */
interface StoredFormatSpec {
  /** What it is, for people. */
  readonly label: string;
  /** Whether weights are whole numbers with scales of their own. */
  readonly quantized: boolean;
  /** Whether checkpoints are also written so; the others are only read. */
  readonly written: boolean;
}

/** Every format, the widest first. */
export const storedFormats = {
  f32: { label: '32-bit floats', quantized: false, written: true },
  f16: { label: '16-bit floats', quantized: false, written: true },
  bf16: { label: 'bfloat16', quantized: false, written: false },
  q8: { label: 'int8 rows with one scale each', quantized: true, written: true },
  q4: { label: '4-bit groups of 32', quantized: true, written: true },
} as const satisfies Record<string, StoredFormatSpec>;

/** How a weight is stored. */
export type StoredFormat = keyof typeof storedFormats;

/** Every format, the widest first. */
export const storedFormatNames = Object.keys(storedFormats) as StoredFormat[];

/** A format that checkpoints are written in. */
export type WrittenFormat = {
  [Format in StoredFormat]: (typeof storedFormats)[Format]['written'] extends true ? Format : never;
}[StoredFormat];

/** Every format that is written, the widest first. */
export const writtenFormats = storedFormatNames.filter((name): name is WrittenFormat => storedFormats[name].written);
