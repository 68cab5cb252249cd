/** What is known of a table: how it is written, its columns, its rows. */
import type { Table } from '@albert-web/training/session';

/** How a file is written. */
export interface TableFormat {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly separator: ',' | ';' | '\t' | '|';
  /** Whether quotation marks hold a cell together; `no` where they are text, as in GLUE's files. */
  readonly quoting: 'yes' | 'no';
  /** Whether the first row names the columns. */
  readonly header: 'yes' | 'no';
}

/** Every row of a file in its order, with as many cells as it has; empty lines at the end left out. And how it was read. */
export interface TableFile extends Table {
  readonly name: string;
  readonly format: TableFormat;
}

/** Whether nothing stands in a row. */
export function isBlank(row: readonly string[] = []): boolean {
  return row.every((cell) => cell.trim() === '');
}
