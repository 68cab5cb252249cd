/** A list from a file: the lines of a text, or one column of a table. */
import { readTableFile } from '../shared/read-table.ts';
import type { TableFile } from '../shared/table-file.ts';

/** A file whose columns are lists. */
export type ListFile = Pick<TableFile, 'columns' | 'rows'>;

/** Reads a file; one that is named `.txt` has a line in each row. @throws UnreadableTableError */
export function readList(file: File): Promise<ListFile> {
  const asLines = { separator: '\t', quoting: 'no', header: 'no' } as const;
  return readTableFile(file, /\.txt$/iu.test(file.name) ? asLines : {}, 1);
}

/** The cells of a column that hold something, a line each. */
export function columnOf({ rows }: ListFile, column: number): string[] {
  return rows.flatMap((row) => (row[column] ?? '').replaceAll(/\s+/gu, ' ').trim() || []);
}

/** The column with the most text in it. */
export function fullestColumn(file: ListFile): number {
  const sizes = file.columns.map((_, column) => columnOf(file, column).join('').length);
  return sizes.indexOf(Math.max(...sizes));
}
