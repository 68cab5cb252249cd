/** Many inputs in few, well-filled batches: sorted by length, so that little of a batch is padding. */

/** Positions of the inputs that go through together, shortest first; each input is in one batch. */
export function bucketByLength(lengths: readonly number[], batchSize: number): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += batchSize) batches.push(order.slice(start, start + batchSize));
  return batches;
}
