import { describe, expect, it } from 'vitest';
import { columnOf, fullestColumn, readList } from './list-file.ts';

const fileOf = (name: string, content: string): File => new File([content], name);

describe('a list from a file', () => {
  it('consists of the lines of a text, whatever they contain', async () => {
    const list = await readList(fileOf('questions.txt', 'How, when?\n"Quoted" words\n\nWhere; why?\n'));
    expect(columnOf(list, fullestColumn(list))).toEqual(['How, when?', '"Quoted" words', 'Where; why?']);
  });

  it('consists of the cells of a single column', async () => {
    const list = await readList(fileOf('one.csv', 'question\n"How, when?"\nWhere?\n'));
    expect(list.columns).toHaveLength(1);
    expect(columnOf(list, 0)).toContain('Where?');
  });

  it('uses the column with the most text, unless another one is chosen', async () => {
    const list = await readList(fileOf('t.tsv', 'id\ttext\n1\tHow do I pay?\n2\tWhere is\u00A0 my order?\n3\t\n'));
    expect(fullestColumn(list)).toBe(1);
    expect(columnOf(list, 1)).toEqual(['How do I pay?', 'Where is my order?']);
    expect(columnOf(list, 0)).toEqual(['1', '2', '3']);
  });

  it('cannot be JSON', async () => {
    await expect(readList(fileOf('list.json', '["a", "b"]'))).rejects.toMatchObject({ name: 'UnreadableTableError' });
  });
});
