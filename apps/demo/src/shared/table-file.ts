/** What is known of a table: how it is written, its columns, its rows. */

/** How a file is written. */
export interface TableFormat {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly separator: ',' | ';' | '\t' | '|';
  /** Whether quotation marks hold a cell together; `no` where they are text, as in GLUE's files. */
  readonly quoting: 'yes' | 'no';
  /** Whether the first row names the columns. */
  readonly header: 'yes' | 'no';
}

/** A table, and how it was read. */
export interface TableFile {
  readonly name: string;
  readonly format: TableFormat;
  readonly columns: readonly string[];
  /** Every row of the file in its order, with as many cells as it has; empty lines at the end left out. */
  readonly rows: readonly (readonly string[])[];
}

/** Whether nothing stands in a row. */
export function isBlank(row: readonly string[] = []): boolean {
  return row.every((cell) => cell.trim() === '');
}

/** How columns of texts and of labels are named in the data sets people have. */
export const textName =
  /^#?[12] string$|^(sentence|question|text|premise|hypothesis|review|source|target|satz|frage|s|q)[ _-]?[12ab]?$/iu;
export const labelName = /^(quality|label|class|category|sentiment|is_duplicate|gold(_label)?|score|paraphrase)$/iu;
