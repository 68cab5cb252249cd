/** Sizes of one batch. */
export interface AttentionShape {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
  readonly headSize: number;
}

/**
 * Computes softmax(query · key / sqrt(headSize) + mask) · value for every head, in a plain loop over every pair of tokens.
 *
 * @param projected `[batch, length, 3, heads, headSize]`: query, key, value.
 * @param mask `[batch, length]`, 0 for padding. A sequence that is all padding attends to everything evenly, as in Hugging Face.
 * @returns `[batch, length, heads, headSize]`
 */
export function attend(
  projected: Float32Array,
  mask: ArrayLike<number>,
  { batch, length, heads, headSize }: AttentionShape,
): Float32Array<ArrayBuffer> {
  const vector = (sequence: number, token: number, part: number, head: number): Float32Array => {
    const start = (((sequence * length + token) * 3 + part) * heads + head) * headSize;
    return projected.subarray(start, start + headSize);
  };
  const output = new Float32Array(batch * length * heads * headSize);
  for (let sequence = 0; sequence < batch; sequence++) {
    for (let token = 0; token < length; token++) {
      for (let head = 0; head < heads; head++) {
        const query = vector(sequence, token, 0, head);
        const scores = Array.from({ length }, (_, key) =>
          mask[sequence * length + key] ? dot(query, vector(sequence, key, 1, head)) / Math.sqrt(headSize) : -1e30,
        );
        const highest = Math.max(...scores);
        const exponentials = scores.map((score) => Math.exp(score - highest));
        const sum = exponentials.reduce((total, value) => total + value, 0);
        const start = ((sequence * length + token) * heads + head) * headSize;
        exponentials.forEach((weight, key) =>
          vector(sequence, key, 2, head).forEach((value, i) => {
            output[start + i] = (output[start + i] ?? 0) + (weight / sum) * value;
          }),
        );
      }
    }
  }
  return output;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
