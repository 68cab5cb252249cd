import { InvalidArgumentError } from '@albert-web/errors';
import { albertSpecialTokens, readTokenizerConfig } from './config.ts';
import { SequenceTokenizer } from './sequences.ts';
import { readSpieceModel } from './spiece-model.ts';
import { SpieceTokenizer } from './spiece-tokenizer.ts';
import type { Tokenizer, TokenizerFiles } from './tokenizer.ts';

/**
 * Makes a tokenizer of a model's files. `spiece.model` is preferred to `tokenizer.json`, that to `vocab.txt`.
 * @throws TokenizerFormatError when a file is damaged or of a kind this package does not read
 * @throws InvalidArgumentError when no file says how to tokenize
 */
export function loadTokenizer(files: TokenizerFiles): Tokenizer {
  const spiece = files['spiece.model'];
  if (spiece !== undefined) {
    const config = readTokenizerConfig(files['tokenizer_config.json'], albertSpecialTokens);
    return new SequenceTokenizer(new SpieceTokenizer(readSpieceModel(spiece), config), config.specialTokens);
  }
  throw new InvalidArgumentError({
    problem: 'No file says how to tokenize',
    expected: 'spiece.model, tokenizer.json or vocab.txt',
    remedy: 'Add one of them',
  });
}
