/** Determines which columns of a table hold the texts and the label: by their names, otherwise by their contents. */
import type { Table } from '../data/table.ts';
import { TrainingDataError } from '../errors.ts';

/** Column indices. Without a second text, every row is a single sentence. */
export interface Columns {
  readonly first: number;
  readonly second: number | undefined;
  readonly label: number;
}

const labelName = /^(quality|label|class|category|sentiment|is_duplicate|gold(_label)?|score|paraphrase)$/iu;
const textName =
  /^#?[12] string$|^(sentence|question|text|premise|hypothesis|review|source|target|satz|frage|s|q)[ _-]?[12ab]?$/iu;

/** Number of rows inspected to guess the columns. That is enough for a long table. */
const sampleRows = 200;

/** Whether a cell is a usual name for a column of texts or labels, as in the headers of common data sets. */
export function isColumnName(cell: string): boolean {
  return labelName.test(cell.trim()) || textName.test(cell.trim());
}

/** Finds the first column with a usual name for labels. */
export function labelColumn({ columns }: Pick<Table, 'columns'>): number | undefined {
  const named = columns.findIndex((name) => labelName.test(name.trim()));
  return named < 0 ? undefined : named;
}

/**
 * Finds one or two columns of texts, in table order: those with usual names, otherwise the longest.
 *
 * @param label a column to exclude
 * @param least 2 for a table of pairs: a single usual name is then ignored, and the second column may be of any length
 */
export function textColumns({ columns, rows }: Table, label: number | undefined, least: 1 | 2 = 1): number[] {
  const others = [...columns.keys()].filter((column) => column !== label);
  const named = others.filter((column) => textName.test(columns[column]?.trim() ?? ''));
  if (named.length >= least) return named.slice(0, 2);
  const some = rows.slice(0, sampleRows);
  const length = (column: number): number => some.reduce((sum, row) => sum + (row[column]?.length ?? 0), 0);
  const longest = others.toSorted((a, b) => length(b) - length(a)).slice(0, 2);
  // A much shorter column is not a text but, for example, an id.
  const texts = longest.filter((column, rank) => rank < least || length(column) * 3 >= length(longest[0] ?? 0));
  return texts.toSorted((a, b) => a - b);
}

/**
 * Guesses the columns by their names. Otherwise the label is the column with the fewest distinct values, and the texts are the
 * longest columns.
 *
 * @throws TrainingDataError for a table with one column
 */
export function guessColumns(table: Table): Columns {
  const { columns, rows } = table;
  if (columns.length < 2) {
    throw new TrainingDataError({
      problem: `The table has one column, "${columns[0] ?? ''}"`,
      expected: 'Expected a column of texts, or two, and a column of labels, with tabs or commas between them',
      remedy: 'Add the missing column',
      reason: { code: 'one-column' },
    });
  }
  const some = rows.slice(0, sampleRows);
  const values = columns.map((_, column) => new Set(some.map((row) => row[column])).size);
  const label = labelColumn(table) ?? values.lastIndexOf(Math.min(...values));
  const [first = 0, second] = textColumns(table, label);
  return { first, second, label };
}
