import { expect, it } from 'vitest';
import { cutToHalves } from './truncation.ts';

// tokenizers 0.22.2, `enable_truncation(room, strategy="longest_first")` on pairs of these lengths.
it.each([
  [[7, 9], 5, [2, 3]],
  [[9, 7], 5, [3, 2]],
  [[7, 7], 5, [2, 3]],
  [[2, 9], 6, [2, 4]],
  [[9, 2], 6, [4, 2]],
  [[3, 9], 6, [3, 3]],
  [[3, 3], 5, [2, 3]],
  [[4, 9], 7, [3, 4]],
  [[9, 4], 7, [4, 3]],
  [[1, 1], 1, [0, 1]],
  [[5, 20], 4, [2, 2]],
  [[20, 5], 13, [8, 5]],
])('cuts %j to %i as fast tokenizers do', (lengths, room, kept) => {
  expect(cutToHalves(lengths, room)).toEqual(kept);
});
