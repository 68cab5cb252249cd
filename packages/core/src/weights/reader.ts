/** The interface through which a model reads its weights, whatever format they are stored in. */

/** Number of weights of a row that share a scale in 4-bit storage. */
export const int4GroupSize = 32;

/**
 * Reads weights by canonical name (Hugging Face's, without the `albert.` prefix), whatever their stored format.
 * `@albert-web/checkpoints` makes one for a checkpoint, whose methods throw for NaN and infinity; tests make one from arrays.
 */
export interface WeightReader {
  /** Returns the shape as stored (`[out, in]` for matrices), or undefined if there is no such weight. */
  shape(name: string): readonly number[] | undefined;
  /**
   * Returns all values as f32, row-major, converted or dequantized. Do not write to the result: it may be the stored array.
   *
   * @throws NonFiniteWeightError, like the methods below, so packers need no check of their own
   */
  float32(name: string): Float32Array<ArrayBuffer>;
  /**
   * Returns rows of a matrix, `[rows.length, columns]`, without unpacking the table. The caller owns the result.
   *
   * @param into an array of that length that may be used for the result, instead of a new one
   */
  rows(name: string, rows: ArrayLike<number>, into?: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /** Returns the stored int8 values with one scale per output row (`value = int8 * scale[row]`), if stored that way. */
  int8(
    name: string,
  ): { readonly values: Int8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } | undefined;
  /**
   * Returns the stored 4-bit values, if stored that way: two per byte, the earlier one in the low half, with one scale for
   * each `int4GroupSize` values of a row (`value = (nibble - 8) * scale[group]`).
   */
  int4(
    name: string,
  ): { readonly packed: Uint8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } | undefined;
  /**
   * Frees weights that will not be read again, if only one executor uses the reader. Arrays that any method returned earlier
   * must no longer be used. Absent if the reader does not own its memory.
   *
   * @returns the bytes of the weights that remain
   */
  release?(names: readonly string[]): number;
}
