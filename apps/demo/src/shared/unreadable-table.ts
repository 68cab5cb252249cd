import { text } from '../strings/index.ts';
import { PageError } from './page-error.ts';
import type { TableFormat } from './table-file.ts';

/** A file is no table, or has too few columns. */
export class UnreadableTableError extends PageError {
  override readonly name = 'UnreadableTableError';
  /** How the file was read, where reading it otherwise may help. */
  readonly format: TableFormat | undefined;

  constructor(refusal: { readonly problem: string; readonly remedy: string }, format?: TableFormat) {
    super(text.file.unreadable, { expected: text.file.expected, ...refusal });
    this.format = format;
  }
}
