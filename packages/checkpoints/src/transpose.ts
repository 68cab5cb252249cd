import { allocate, copyOf } from '@albert-web/errors';

/** Transposes `[rows, columns]` to `[columns, rows]`, with elements of `width` bytes. */
export function transposeBytes(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  width: number,
): Uint8Array<ArrayBuffer> {
  const result = allocate(Uint8Array, bytes.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * width;
      const to = (column * rows + row) * width;
      for (let byte = 0; byte < width; byte++) result[to + byte] = bytes[from + byte] ?? 0;
    }
  }
  return result;
}

/** Transposes `[rows, columns]` to `[columns, rows]`. */
export function transpose<T extends Float32Array | Int8Array>(values: T, rows: number, columns: number): T {
  const result = copyOf<Float32Array | Int8Array>(values) as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return result;
}
