/** Reads a list from a file: the lines of a text, or one column of a table. */
import type { Table } from '@albert-web/training/session';
import { readTableFile } from '../shared/read-table.ts';

/** Reads a file. In a `.txt` file, each line is a row. @throws UnreadableTableError */
export function readList(file: File): Promise<Table> {
  const asLines = { separator: '\t', quoting: 'no', header: 'no' } as const;
  return readTableFile(file, /\.txt$/iu.test(file.name) ? asLines : {}, 1);
}

/** Returns the non-empty cells of a column, each as one line. */
export function columnOf({ rows }: Table, column: number): string[] {
  return rows.flatMap((row) => (row[column] ?? '').replaceAll(/\s+/gu, ' ').trim() || []);
}

/** Returns the column with the most text. */
export function fullestColumn(file: Table): number {
  const sizes = file.columns.map((_, column) => columnOf(file, column).join('').length);
  return sizes.indexOf(Math.max(...sizes));
}
