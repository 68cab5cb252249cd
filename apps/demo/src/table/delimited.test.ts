import { describe, expect, it } from 'vitest';
import { findPairColumns, formatTabs, parseDelimited } from './delimited.ts';

describe('parseDelimited', () => {
  it("reads GLUE's MRPC: quotation marks are text", () => {
    const file = parseDelimited(
      'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t7\t8\t"I quote , " he said .\tHe "quoted" .\r\n',
    );
    expect(file.rows).toEqual([['1', '7', '8', '"I quote , " he said .', 'He "quoted" .']]);
    expect(findPairColumns(file)).toEqual({ first: 3, second: 4, label: 0 });
  });

  it('reads comma-separated files with quoted fields', () => {
    const file = parseDelimited(
      '\uFEFFid,question1,question2,is_duplicate\n0,"What, then?","He said ""no""\nand left",0\n',
    );
    expect(file.rows).toEqual([['0', 'What, then?', 'He said "no"\nand left', '0']]);
    expect(findPairColumns(file)).toEqual({ first: 1, second: 2, label: 3 });
  });

  it('takes the two longest columns of a file without names', () => {
    const file = parseDelimited('17\tThe first of them.\tx\tThe second one.\n18\tAnother pair.\ty\tIts other half.\n');
    expect(file.rows).toHaveLength(2);
    expect(findPairColumns(file)).toEqual({ first: 1, second: 3, label: undefined });
  });

  it('fills short rows, and drops empty ones', () => {
    expect(parseDelimited('sentence1\tsentence2\na\n\n\t\nb\tc').rows).toEqual([
      ['a', ''],
      ['b', 'c'],
    ]);
  });

  it.each(['', 'one column\nonly'])('finds no pairs in %j', (text) => {
    expect(findPairColumns(parseDelimited(text))).toBeUndefined();
  });
});

it('writes what it reads, on one line each', () => {
  const rows = [
    ['a', 'b\tc'],
    ['d\ne', 'f'],
  ];
  expect(formatTabs(rows)).toBe('a\tb c\nd e\tf\n');
});
