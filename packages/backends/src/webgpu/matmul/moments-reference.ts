/** The moments that products write for the LayerNorm after them. */

/** Computes the mean and squared deviations of every 32 columns of every row: `[rows, groups, 2]`. */
export function moments(rows: Float32Array, hidden: number): Float32Array<ArrayBuffer> {
  const output: number[] = [];
  for (let start = 0; start < rows.length; start += hidden) {
    for (let first = 0; first < hidden; first += 32) {
      const group = rows.subarray(start + first, start + Math.min(first + 32, hidden));
      const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
      output.push(
        mean,
        group.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      );
    }
  }
  return Float32Array.from(output);
}
