/** The loop that `layer-norm/program.ts` must equal. */

/** `x` is `[rows, scale.length]`, row-major; variance is the biased one. */
export function layerNormReference(
  x: Float32Array,
  scale: Float32Array,
  shift: Float32Array,
  epsilon: number,
): Float32Array {
  const size = scale.length;
  const result = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += size) {
    const row = x.subarray(start, start + size);
    const mean = row.reduce((sum, value) => sum + value, 0) / size;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    row.forEach((value, i) => {
      result[start + i] = ((value - mean) / Math.sqrt(variance + epsilon)) * (scale[i] ?? 1) + (shift[i] ?? 0);
    });
  }
  return result;
}
