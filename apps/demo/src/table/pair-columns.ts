/** Determines which columns of a table hold the two sentences. */
import { labelColumn, textColumns, type Table } from '@albert-web/training/session';

/** Indices of the columns of the two sentences, and of the label if there is one. */
export interface PairColumns {
  readonly first: number;
  readonly second: number;
  readonly label: number | undefined;
}

/** Finds the columns by their names, else the two with the longest text. */
export function findPairColumns(table: Table): PairColumns {
  const label = labelColumn(table);
  // If there are only two columns, they are the sentences, whatever their names.
  const [first = 0, second = 1] = textColumns(table, table.columns.length > 2 ? label : undefined, 2);
  return { first, second, label };
}
