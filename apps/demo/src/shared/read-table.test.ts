import { describe, expect, it } from 'vitest';
import { readTableBytes, readTableFile } from './read-table.ts';
import type { TableFormat } from './table-file.ts';
import { formatTabs } from './write-table.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, bigEndian: boolean, mark = true): Uint8Array => {
  const units = Array.from(mark ? `\uFEFF${text}` : text, (unit) => unit.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => (bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
};
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

const read = (bytes: Uint8Array | string, known?: Partial<TableFormat>, name = 'pairs.csv') =>
  readTableBytes(name, typeof bytes === 'string' ? utf8(bytes) : bytes, known);

const text = 'sentence1,sentence2\nElle est à Genève.,Zoé est là.\n';
const rows = [['Elle est à Genève.', 'Zoé est là.']];

describe('the encoding', () => {
  it.each<[TableFormat['encoding'], string, Uint8Array]>([
    ['utf-8', 'with a mark', utf8(`\uFEFF${text}`)],
    ['utf-8', 'without one', utf8(text)],
    ['utf-16be', 'with a mark', utf16(text, true)],
    ['utf-16le', 'with a mark', utf16(text, false)],
    ['utf-16be', 'without one', utf16(text, true, false)],
    ['windows-1252', 'as written by old spreadsheets', latin1(text)],
  ])('%s %s is detected', (encoding, _, bytes) => {
    const file = read(bytes);
    expect(file.format.encoding).toBe(encoding);
    expect(file.columns).toEqual(['sentence1', 'sentence2']);
    expect(file.rows).toEqual(rows);
  });
});

describe('separator, quotes and header', () => {
  it('semicolons, with commas inside the sentences', () => {
    const file = read('Satz A;Satz B\nJa, er kommt.;Er kommt, ja.\nNein, nie.;Doch, immer.\n');
    expect(file.format).toMatchObject({ separator: ';', header: 'yes' });
    expect(file.rows[0]).toEqual(['Ja, er kommt.', 'Er kommt, ja.']);
  });

  it('quoted cells of a tab-separated file lose their quotes; unbalanced quotation marks are text', () => {
    expect(read('a\tb\n"One\ttwo."\t"She said ""no""."\n').rows).toEqual([['One\ttwo.', 'She said "no".']]);
    const glue = read('Quality\t#1 String\t#2 String\n1\t" He left .\tHe left .\n');
    expect(glue.format.quoting).toBe('no');
    expect(glue.rows).toEqual([['1', '" He left .', 'He left .']]);
  });

  it('a first row of names is a header, one of sentences is data, and both can be overridden', () => {
    expect(read('left;right\nThe cat sleeps on the sofa.;A cat sleeps.\n').format.header).toBe('yes');
    const data = 'The cat sleeps.,A cat is asleep.\nIt rains.,It is raining.\n';
    expect(read(data)).toMatchObject({ format: { header: 'no' }, columns: ['Column 1', 'Column 2'] });
    expect(read(data, { header: 'yes' }).rows).toHaveLength(1);
    expect(read('a;b,c\nd;e,f\n', { separator: ',' }).rows.at(-1)).toEqual(['d;e', 'f']);
  });

  it('returns every row, including short, long and empty ones, but no empty lines at the end', () => {
    const file = read('sentence1,sentence2\nOne.,Two.\n\nThree.\nFour.,Five.,Six.\n,Seven.\n\n\n');
    expect(file.rows).toEqual([['One.', 'Two.'], [''], ['Three.'], ['Four.', 'Five.', 'Six.'], ['', 'Seven.']]);
  });
});

describe('files that are not tables', () => {
  it.each([
    ['a spreadsheet', 'book.xlsx', Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0]), 'is a spreadsheet'],
    ['JSON', 'rows.json', utf8('[{"a": 1}]'), 'is JSON'],
    ['JSON by its text', 'rows.txt', utf8('[{"a": "x,y"}]'), 'is JSON'],
    ['a binary file', 'model.bin', Uint8Array.from({ length: 400 }, (_, at) => (at * 37) % 7), 'NUL characters'],
    ['prose', 'prose.txt', utf8('One.\nTwo.\n'), 'has one column'],
    ['a header alone', 'a.csv', utf8('sentence1,sentence2\n'), 'has no row'],
    ['an open quote', 'a.csv', utf8('a,b\n"One,Two\nThree,Four\n'), 'a quoted cell without a closing quote'],
  ])('%s is rejected with a named error', (_, name, bytes, why) => {
    expect(() => readTableBytes(name, bytes)).toThrow(
      expect.objectContaining({ name: 'UnreadableTableError', message: expect.stringContaining(why) as unknown }),
    );
  });

  it('can be read with other settings if that may help', () => {
    const readError = (name: string, bytes: Uint8Array): unknown => {
      try {
        return readTableBytes(name, bytes);
      } catch (error) {
        return error;
      }
    };
    const format = { encoding: 'utf-8', separator: ',', quoting: 'yes', header: 'yes' };
    expect(readError('a.csv', utf8('a,b\n"One,Two\nThree,Four\n'))).toMatchObject({ format });
    expect(readError('a.csv', utf8('sentence1,sentence2\n'))).toMatchObject({ format });
    expect(readError('a.pdf', utf8('%PDF-1.7'))).toMatchObject({ format: undefined });
  });

  it('a file that is too large is rejected before it is read', async () => {
    const large = new File([new Uint8Array(64 * 1024 * 1024 + 1)], 'large.tsv');
    await expect(readTableFile(large)).rejects.toThrow(/large\.tsv is too large: 67\u00A0MB.*run-classifier/su);
  });
});

describe('a written table', () => {
  it('has one line per row', () => {
    expect(
      formatTabs([
        ['a', 'b\nc'],
        ['d\te', ''],
      ]),
    ).toBe('a\tb c\nd e\t\n');
  });
});
