import { expect, it } from 'vitest';
import { safeCell } from './safe-cell.ts';

it.each([
  ['=HYPERLINK("https://example.test")', `'=HYPERLINK("https://example.test")`],
  ['+cmd', "'+cmd"],
  ['-1+1|cmd', "'-1+1|cmd"],
  ['@sum', "'@sum"],
  ['\tx', "' x"],
  ['=SUM(A1)', "'=SUM(A1)"],
  ['+49 30 1', "'+49 30 1"],
  ['-1.5', '-1.5'],
  ['-1,5', '-1,5'],
  ['a\tb\r\nc', 'a b c'],
  ['-0.5', '-0.5'],
  ['-1e-7', '-1e-7'],
  ['+2', '+2'],
  ['a=b', 'a=b'],
])('writes %j as %j, which no spreadsheet evaluates', (cell, safe) => expect(safeCell(cell)).toBe(safe));
