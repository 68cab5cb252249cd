import { AlbertError, type Explanation } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import type { TableFormat } from './table-file.ts';

/** An error of the page itself. Unlike the library's, its message is in the page's language. */
export class PageError extends AlbertError {
  override readonly name: string = 'PageError';

  /** @param title a sentence that summarizes it, for places that show a title */
  constructor(
    readonly title: string,
    explanation: Explanation,
    options?: ErrorOptions,
  ) {
    super(explanation, options);
  }
}

/** A file is not a table, or has too few columns. */
export class UnreadableTableError extends PageError {
  override readonly name = 'UnreadableTableError';
  /** How the file was read, if other settings may help. */
  readonly format: TableFormat | undefined;

  constructor(explanation: { readonly problem: string; readonly remedy: string }, format?: TableFormat) {
    super(text.file.unreadable, { expected: text.file.expected, ...explanation });
    this.format = format;
  }
}
