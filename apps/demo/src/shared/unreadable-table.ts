import { AlbertError } from 'albert-web';
import { text } from '../strings/index.ts';
import type { TableFormat } from './table-file.ts';

/** A file is no table, or has too few columns. */
export class UnreadableTableError extends AlbertError {
  override readonly name = 'UnreadableTableError';
  /** How the file was read, where reading it otherwise may help. */
  readonly format: TableFormat | undefined;

  constructor(refusal: { readonly problem: string; readonly remedy: string }, format?: TableFormat) {
    super({ expected: text.file.expected, ...refusal });
    this.format = format;
  }
}
