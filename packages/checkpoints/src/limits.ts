/**
 * How many bytes are read at most. No ALBERT needs more. A larger file is rejected before memory is allocated if its size is known,
 * otherwise while it arrives.
 */

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

export const limits = {
  /** JSON and vocabularies: four times a `tokenizer.json` of 200,000 pieces. Parsed JSON can take twenty times its length in memory. */
  text: 64 * MiB,
  /**
   * The weights, in one file or in several files together. The largest ALBERT (xxlarge) has 0.9 GB in f32, and three times that with
   * the state of its optimizer. Every engine has arrays of up to 4 GiB.
   */
  weights: 4 * GiB,
  /** An archive, and also its contents: the weights may be there in several formats. */
  archive: 8 * GiB,
  /** The contents of any archive, however small, because it may contain long texts. */
  smallArchive: 16 * MiB,
  /** How many times its size a larger archive may expand to. Trained weights barely compress. */
  expansion: 20,
  /** The header of a safetensors file, as in the reference implementation: https://github.com/huggingface/safetensors. */
  safetensorsHeader: 100_000_000,
  /** Up to this size, memory for a file is allocated at once. For a larger file, it is allocated as bytes arrive. */
  atOnce: 2 * GiB,
} as const;
