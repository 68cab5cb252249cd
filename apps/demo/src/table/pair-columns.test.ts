import { expect, it } from 'vitest';
import { findPairColumns } from './pair-columns.ts';

it.each([
  ['by their names', 'Quality|#1 ID|#2 ID|#1 String|#2 String', '1|7|8|One.|Two.', [3, 4, 0]],
  ['the longest beside the label', 'label|left|id|right', '1|This is a long text.|7|Short.', [1, 3, 0]],
  ['both of two, whatever their names', 'label|text', '1|One.', [0, 1, 0]],
] as const)('two columns: %s', (_, header, row, [first, second, label]) => {
  const table = { columns: header.split('|'), rows: [row.split('|')] };
  expect(findPairColumns(table)).toEqual({ first, second, label });
});
