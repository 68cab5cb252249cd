/** Batches inputs of similar length, so that there is little padding. */
import type { RawInputs } from '@albert-web/core';
import type { Encoding } from '@albert-web/tokenizer';

/**
 * Groups the indices of inputs into batches, shortest first. Each input is in exactly one batch.
 *
 * @param group number of neighboring inputs that stay together, in order; must divide the number of inputs.
 */
export function bucketByLength(lengths: readonly number[], batchSize: number, group = 1): number[][] {
  const groups = groupsOf(lengths.length, group)
    .map((members) => ({ members, length: Math.max(...members.map((index) => lengths[index] ?? 0)) }))
    .sort((a, b) => a.length - b.length);
  const batches: number[][] = [];
  const groupsPerBatch = Math.max(1, Math.floor(batchSize / group));
  for (let start = 0; start < groups.length; start += groupsPerBatch) {
    batches.push(groups.slice(start, start + groupsPerBatch).flatMap(({ members }) => members));
  }
  return batches;
}

/** Returns the first `count` indices in groups of `size`. */
export function groupsOf(count: number, size: number): number[][] {
  return Array.from({ length: count / size }, (_, group) =>
    Array.from({ length: size }, (__, member) => group * size + member),
  );
}

/** Pads encodings of any length to one batch. @param padId the token id of padding. */
export function padRows(rows: readonly Encoding[], padId: number): RawInputs {
  const length = Math.max(...rows.map(({ ids }) => ids.length));
  const pad = (values: readonly number[], filler: number): number[] => [
    ...values,
    ...Array<number>(length - values.length).fill(filler),
  ];
  return {
    inputIds: rows.map(({ ids }) => pad(ids, padId)),
    attentionMask: rows.map(({ attentionMask }) => pad(attentionMask, 0)),
    tokenTypeIds: rows.map(({ typeIds }) => pad(typeIds, 0)),
  };
}
