/** How checkpoints store weights; what an executor computes with is `precisions`. */
import type { Precision } from './precisions.ts';

/** One way of storing weights. */
interface StoredFormatSpec {
  /** What it is, for people. */
  readonly label: string;
  /** Whether weights are whole numbers with scales of their own. */
  readonly quantized: boolean;
  /**
   * What `precision: 'auto'` computes with, where the backend can. Weights of 4 bits lose little in int8 rows, and in f32 they
   * would take eight times the memory.
   */
  readonly precision: Precision;
  /** Whether checkpoints are also written so; the others are only read. */
  readonly written: boolean;
}

/** Every format, the widest first. */
export const storedFormats = {
  f32: { label: '32-bit floats', quantized: false, precision: 'f32', written: true },
  f16: { label: '16-bit floats', quantized: false, precision: 'f32', written: true },
  bf16: { label: 'bfloat16', quantized: false, precision: 'f32', written: false },
  q8: { label: 'int8 rows with one scale each', quantized: true, precision: 'q8', written: true },
  q4: { label: '4-bit groups of 32', quantized: true, precision: 'q8', written: true },
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
