import type { Checkpoint } from './checkpoint.ts';

/**
 * Weights by canonical name (Hugging Face's, without the `albert.` prefix), whatever they are stored as.
 * Structurally the interface of the same name in `@albert-web/core`.
 */
export interface WeightReader {
  /** Shape as stored (`[out, in]` for matrices), or undefined when there is no such weight. */
  shape(name: string): readonly number[] | undefined;
  /** All values as f32, row-major, converted or dequantised. A fresh array each call. */
  float32(name: string): Float32Array<ArrayBuffer>;
  /** The stored int8 values with one scale per output row (`value = int8 * scale[row]`), when it is stored so. */
  int8(
    name: string,
  ): { readonly values: Int8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } | undefined;
}

/** Reads a checkpoint's weights by canonical name. */
export declare function weightReader(checkpoint: Checkpoint): WeightReader;
