/** Which columns of a table hold the two sentences. */
import { labelColumn, textColumns, type Table } from '@albert-web/training/session';

/** Where the two sentences are, and the label if there is one. */
export interface PairColumns {
  readonly first: number;
  readonly second: number;
  readonly label: number | undefined;
}

/** Columns by their names, else the two with the longest text. */
export function findPairColumns(table: Table): PairColumns {
  const label = labelColumn(table);
  // Two columns are the sentences, whatever their names.
  const [first = 0, second = 1] = textColumns(table, table.columns.length > 2 ? label : undefined, 2);
  return { first, second, label };
}
