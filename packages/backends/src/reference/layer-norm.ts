/** A LayerNorm's parameters, `[size]` each. */
export interface Norm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly epsilon: number;
}

/** Applies LayerNorm to every row, in two passes and double precision. */
export function layerNorm(rows: Float32Array, { weight, bias, epsilon }: Norm): Float32Array<ArrayBuffer> {
  const size = weight.length;
  const output = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += size) {
    const row = rows.subarray(start, start + size);
    const mean = row.reduce((sum, value) => sum + value, 0) / size;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    row.forEach((value, i) => {
      output[start + i] = ((value - mean) / Math.sqrt(variance + epsilon)) * (weight[i] ?? 0) + (bias[i] ?? 0);
    });
  }
  return output;
}
