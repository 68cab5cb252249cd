/** A linear layer as stored in checkpoints: `weight [out, in]`, `bias [out]`. */
export interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Computes `x [rows, in] · weightᵀ + bias`: `[rows, out]`. */
export function multiply(x: Float32Array, { weight, bias }: Linear): Float32Array<ArrayBuffer> {
  const columns = bias.length;
  const depth = weight.length / columns;
  const rows = x.length / depth;
  const output = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = bias[column] ?? 0;
      for (let k = 0; k < depth; k++) sum += (x[row * depth + k] ?? 0) * (weight[column * depth + k] ?? 0);
      output[row * columns + column] = sum;
    }
  }
  return output;
}
