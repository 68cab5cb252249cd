import { AlbertError, type Explanation } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import type { TableFormat } from './table-file.ts';

/** An error of the page's own. Unlike the library's, its message is in the page's language. */
export class PageError extends AlbertError {
  override readonly name: string = 'PageError';

  /** @param title a sentence that sums it up, for places that have one. */
  constructor(
    readonly title: string,
    explanation: Explanation,
    options?: ErrorOptions,
  ) {
    super(explanation, options);
  }
}

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
