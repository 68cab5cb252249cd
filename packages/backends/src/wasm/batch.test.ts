import { describe, expect, it } from 'vitest';
import { planBatch } from './batch.ts';

const shape = { batch: 3, length: 4, headSize: 16, mask: [1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1] };

describe('planBatch', () => {
  it('plans the tokens of a ragged batch and nothing else', () => {
    const [part] = planBatch({ ...shape, computePadding: false });
    expect(part?.positions).toEqual([0, 1, 2, 8, 10, 11]);
    expect(part?.blocks).toEqual([
      { firstQuery: 0, queries: 3, firstKey: 0, keys: 3, scale: 0.25 },
      { firstQuery: 3, queries: 3, firstKey: 3, keys: 3, scale: 0.25 },
    ]);
  });

  it('uses padding as queries but not as keys, except in a row without tokens, which attends to all of itself evenly', () => {
    const [part] = planBatch({ ...shape, computePadding: true });
    expect(part?.positions).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 9]);
    expect(part?.blocks).toEqual([
      { firstQuery: 0, queries: 4, firstKey: 0, keys: 3, scale: 0.25 },
      { firstQuery: 4, queries: 4, firstKey: 4, keys: 4, scale: 0 },
      { firstQuery: 8, queries: 4, firstKey: 8, keys: 3, scale: 0.25 },
    ]);
  });

  it('keeps at most 512 rows together, and a longer sequence whole', () => {
    const rowsOf = (batch: number, length: number): number[] =>
      planBatch({
        batch,
        length,
        headSize: 16,
        mask: Array.from({ length: batch * length }, () => 1),
        computePadding: false,
      }).map(({ positions }) => positions.length);
    expect(rowsOf(5, 200)).toEqual([400, 400, 200]);
    expect(rowsOf(2, 700)).toEqual([700, 700]);
  });
});
