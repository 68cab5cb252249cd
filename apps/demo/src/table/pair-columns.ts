/** Which columns of a table hold the two sentences. */
import { labelName, textName, type TableFile } from '../shared/table-file.ts';

/** The rows of a file. */
export type RowsFile = Pick<TableFile, 'columns' | 'rows'>;

/** Where the two sentences are, and the label if there is one. */
export interface PairColumns {
  readonly first: number;
  readonly second: number;
  readonly label: number | undefined;
}

/** Columns by their names, else the two with the longest text. */
export function findPairColumns({ columns, rows }: RowsFile): PairColumns {
  const named = columns.flatMap((name, column) => (textName.test(name) ? [column] : []));
  const [first = 0, second = 1] = named.length >= 2 ? named : longestColumns(columns.length, rows);
  const label = columns.findIndex((name) => labelName.test(name));
  return { first, second, label: label < 0 ? undefined : label };
}

function longestColumns(width: number, rows: RowsFile['rows']): number[] {
  const sizes = Array.from({ length: width }, (_, column) => ({
    column,
    size: rows.slice(0, 100).reduce((sum, row) => sum + (row[column]?.length ?? 0), 0),
  }));
  const longest = sizes.toSorted((a, b) => b.size - a.size).slice(0, 2);
  return longest.map(({ column }) => column).toSorted((a, b) => a - b);
}
