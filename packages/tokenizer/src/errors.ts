import { AlbertError } from '@albert-web/errors';

/** A tokenizer file is damaged, or says something this package does not read. */
export class TokenizerFormatError extends AlbertError {
  override readonly name = 'TokenizerFormatError';
}

/** The text that `truncation` names is too short to make the sequence fit `maxLength`. */
export class TruncationError extends AlbertError {
  override readonly name = 'TruncationError';
}
