/** The loop that `attention/program.ts` must equal. */

/** `query`, `key`, `value` are `[batch, length, heads, size]`, `mask` `[batch, length]`; so is the result like `query`. */
export function attentionReference(
  { query, key, value, mask }: { query: Float32Array; key: Float32Array; value: Float32Array; mask: ArrayLike<number> },
  { batch, length, heads, size }: { batch: number; length: number; heads: number; size: number },
): Float32Array {
  const context = new Float32Array(query.length);
  const at = (row: number, token: number, head: number): number => ((row * length + token) * heads + head) * size;
  for (let row = 0; row < batch; row++) {
    const visible = Array.from({ length }, (_, token) => (mask[row * length + token] ?? 0) > 0);
    // A row without tokens attends to all of its padding alike, as with Hugging Face.
    const empty = visible.every((token) => !token);
    for (let head = 0; head < heads; head++) {
      for (let from = 0; from < length; from++) {
        const weights = visible.map((token, to) => {
          if (empty) return 1;
          return token ? Math.exp(dot(query, at(row, from, head), key, at(row, to, head), size) / Math.sqrt(size)) : 0;
        });
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (let d = 0; d < size; d++) {
          context[at(row, from, head) + d] = weights.reduce(
            (sum, weight, to) => sum + (weight / total) * (value[at(row, to, head) + d] ?? 0),
            0,
          );
        }
      }
    }
  }
  return context;
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[aStart + i] ?? 0) * (b[bStart + i] ?? 0);
  return sum;
}
