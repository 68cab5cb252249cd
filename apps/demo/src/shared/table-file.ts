/** A table from a file: its format, its columns, its rows. */
import type { Table } from '@albert-web/training/session';

/** The format of a file. */
export interface TableFormat {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly separator: ',' | ';' | '\t' | '|';
  /** Whether quotation marks enclose cells; `no` if they are text, as in GLUE's files. */
  readonly quoting: 'yes' | 'no';
  /** Whether the first row contains the names of the columns. */
  readonly header: 'yes' | 'no';
}

/** All rows of a file in order, each with its own number of cells, without empty lines at the end; and how the file was read. */
export interface TableFile extends Table {
  readonly name: string;
  readonly format: TableFormat;
}

/** Whether a row is empty. */
export function isBlank(row: readonly string[] = []): boolean {
  return row.every((cell) => cell.trim() === '');
}
