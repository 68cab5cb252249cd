import { AlbertError } from '@albert-web/errors';

/** A tokenizer file is damaged, or uses a feature that is not supported. */
export class TokenizerFormatError extends AlbertError {
  override readonly name = 'TokenizerFormatError';
}

/** The text that may be truncated is too short to make the sequence fit `maxLength`. */
export class TruncationError extends AlbertError {
  override readonly name = 'TruncationError';
}
