import { expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { readTable } from './table.ts';

it('reads files written by spreadsheets', () => {
  const csv = '\uFEFFa,b,label\r\n"one, two","she said ""no""",1\r\n\r\nx,"two\nlines",0\r\n';
  expect(readTable(csv)).toEqual({
    columns: ['a', 'b', 'label'],
    rows: [
      ['one, two', 'she said "no"', '1'],
      ['x', 'two\nlines', '0'],
    ],
  });
  expect(readTable('a\tb\n1\t2').rows).toEqual([['1', '2']]);
});

it('reads quotation marks in tab-separated files as in spreadsheets, or as in GLUE if they are unbalanced', () => {
  expect(readTable('a\tb\n"one\ttwo"\t"say ""no"""').rows).toEqual([['one\ttwo', 'say "no"']]);
  const glue = 'a\tb\r\n"I agree , " he said .\t1\r\nHe said : " no .\t0\r\n" Why ?\t1\r\n';
  expect(readTable(glue).rows).toEqual([
    ['"I agree , " he said .', '1'],
    ['He said : " no .', '0'],
    ['" Why ?', '1'],
  ]);
});

it.each([
  ['an empty file', ''],
  ['a header alone', 'a,b\n'],
  ['a short row', 'a,b\n1\n'],
  ['an open quote', 'a,b\n"1,2\n3,4\n'],
  ['NUL characters', 'a\0,b\0\n1,2'],
])('%s is a named error', (_, text) => {
  expect(() => readTable(text)).toThrow(TrainingDataError);
});
