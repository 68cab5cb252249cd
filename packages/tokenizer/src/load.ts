import { InvalidArgumentError } from '@albert-web/errors';
import { albertDefaults, bertDefaults, readTokenizerConfig } from './config.ts';
import { partOf } from './json-file.ts';
import { JsonTokenizer, kindOf } from './json-tokenizer.ts';
import { SequenceTokenizer } from './sequences.ts';
import { readSpieceModel } from './spiece-model.ts';
import { SpieceTokenizer } from './spiece-tokenizer.ts';
import type { Tokenizer, TokenizerFiles } from './tokenizer.ts';
import { WordPieceTokenizer } from './wordpiece-tokenizer.ts';

/**
 * Makes a tokenizer of a model's files. `spiece.model` is preferred to `tokenizer.json`, that to `vocab.txt`.
 * @throws TokenizerFormatError when a file is damaged or of a kind this package does not read
 * @throws InvalidArgumentError when no file says how to tokenize
 */
export function loadTokenizer(files: TokenizerFiles): Tokenizer {
  const { 'spiece.model': spiece, 'tokenizer.json': json, 'vocab.txt': vocab } = files;
  if (spiece !== undefined) {
    const config = readTokenizerConfig(files, albertDefaults);
    return new SequenceTokenizer(new SpieceTokenizer(readSpieceModel(spiece), config), config);
  }
  if (json !== undefined) {
    const model = partOf(partOf(json, 'the whole file')['model'], 'model');
    const defaults = kindOf(model) === 'WordPiece' ? bertDefaults : albertDefaults;
    const config = readTokenizerConfig(files, defaults);
    return new SequenceTokenizer(new JsonTokenizer(json, config), config);
  }
  if (vocab !== undefined) {
    const config = readTokenizerConfig(files, bertDefaults);
    return new SequenceTokenizer(new WordPieceTokenizer(vocab, config), config);
  }
  throw new InvalidArgumentError({
    problem: 'No file says how to tokenize',
    expected: 'spiece.model, tokenizer.json or vocab.txt',
    remedy: 'Add one of them',
  });
}
