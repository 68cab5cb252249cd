/** Converts the result of `quantizeInt8`, or some rows of it, back to f32. */
import { allocate } from '@albert-web/errors';

/** Symmetric int8 with one scale per output row: `value = int8 * scale[row]`, int8 in -127..127. */

/** A matrix `[rows, columns]` in int8. */
export interface Int8Rows {
  readonly values: Int8Array<ArrayBuffer>;
  /** `[rows]`. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Quantizes each of `rows` rows by its own largest magnitude; a row of zeros gets scale 0. */
export function quantizeInt8(values: Float32Array, rows: number): Int8Rows {
  const columns = values.length / rows;
  const quantized = allocate(Int8Array, values.length);
  const scales = allocate(Float32Array, rows);
  for (let row = 0; row < rows; row++) {
    const begin = row * columns;
    const end = begin + columns;
    let largest = 0;
    for (let i = begin; i < end; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    scales[row] = largest / 127;
    const scale = scales[row] ?? 0;
    // A scale that underflows to zero means that all values are negligible.
    const inverse = scale > 0 ? 1 / scale : 0;
    for (let i = begin; i < end; i++) {
      quantized[i] = Math.max(-127, Math.min(127, Math.round((values[i] ?? 0) * inverse)));
    }
  }
  return { values: quantized, scales };
}
export function dequantizeInt8(
  { values, scales }: Int8Rows,
  rows: ArrayLike<number> = Array.from(scales.keys()),
  into = allocate(Float32Array, (values.length / scales.length) * rows.length),
): Float32Array<ArrayBuffer> {
  const columns = values.length / scales.length;
  for (let i = 0, at = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const scale = scales[row] ?? 0;
    const end = (row + 1) * columns;
    for (let from = row * columns; from < end; from++, at++) into[at] = (values[from] ?? 0) * scale;
  }
  return into;
}
