/** How a model reads its weights, whatever format they are stored in. */

/** Weights of a row that share a scale where they are stored in 4 bits. */
export const int4GroupSize = 32;

/**
 * Reads weights by canonical name (Hugging Face's, without the `albert.` prefix), whatever their stored format.
 * `@albert-web/checkpoints` gives one for a checkpoint, whose methods throw for NaN and infinity; tests make one from arrays.
 */
export interface WeightReader {
  /** Shape as stored (`[out, in]` for matrices), or undefined when there is no such weight. */
  shape(name: string): readonly number[] | undefined;
  /**
   * All values as f32, row-major, converted or dequantized. Not to be written to: it may be where they are stored.
   *
   * @throws NonFiniteWeightError, as do the methods below, so packers need no check of their own
   */
  float32(name: string): Float32Array<ArrayBuffer>;
  /**
   * Some rows of a matrix, `[rows.length, columns]`: an embedding lookup that never unpacks the table. The result is the caller's.
   *
   * @param into an array of that length that may be used for the result, instead of a new one
   */
  rows(name: string, rows: ArrayLike<number>, into?: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /** The stored int8 values with one scale per output row (`value = int8 * scale[row]`), if stored that way. */
  int8(
    name: string,
  ): { readonly values: Int8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } | undefined;
  /**
   * The stored 4-bit values, if stored that way: two in a byte, the earlier one in the low half, with one scale for each
   * `int4GroupSize` of a row (`value = (nibble - 8) * scale[group]`).
   */
  int4(
    name: string,
  ): { readonly packed: Uint8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } | undefined;
  /**
   * Frees weights that will not be read again, when the reader's memory is for one executor alone. Arrays that were returned
   * earlier must no longer be used, whatever their weight. Absent if the reader does not own its memory.
   *
   * @returns bytes of the weights that remain
   */
  release?(names: readonly string[]): number;
}
