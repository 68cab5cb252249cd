/** How checkpoints store weights. What an executor computes in is a separate matter: see `precisions`. */
import type { Precision } from './precisions.ts';

/** One way of storing weights. */
interface StoredFormatSpec {
  /** The description shown to people. */
  readonly label: string;
  /** Whether weights are integers with scales. */
  readonly quantized: boolean;
  /**
   * The precision that `precision: 'auto'` chooses if the backend has it. 4-bit weights lose little in int8 rows, and would take
   * eight times the memory in f32.
   */
  readonly precision: Precision;
  /** Whether checkpoints can also be written in it; other formats are only read. */
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

/** A format that checkpoints can be written in. */
export type WrittenFormat = {
  [Format in StoredFormat]: (typeof storedFormats)[Format]['written'] extends true ? Format : never;
}[StoredFormat];

/** Every format that can be written, the widest first. */
export const writtenFormats = storedFormatNames.filter((name): name is WrittenFormat => storedFormats[name].written);
