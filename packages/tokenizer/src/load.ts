import { InvalidArgumentError } from '@albert-web/errors';
import { albertDefaults, bertDefaults, readTokenizerConfig, type TokenizerConfig } from './config.ts';
import { partOf } from './json/file.ts';
import { JsonTokenizer, kindOf } from './json/tokenizer.ts';
import { SequenceTokenizer } from './sequences.ts';
import { readSpieceModel } from './spiece/model.ts';
import type { Pipeline } from './token-list.ts';
import { SpieceTokenizer } from './spiece/tokenizer.ts';
import type { Tokenizer, TokenizerFiles } from './tokenizer.ts';
import { WordPieceTokenizer } from './wordpiece/tokenizer.ts';

/** What is not up to a model's files. */
export interface TokenizerOptions {
  /** Whether the second text of a pair has type 1. Default: what `model_input_names` says, true without it. */
  readonly tokenTypeIds?: boolean | undefined;
}

/**
 * Makes a tokenizer of a model's files. `spiece.model` is preferred to `tokenizer.json`, that to `vocab.txt`.
 * @throws TokenizerFormatError when a file is damaged or of a kind this package does not read
 * @throws InvalidArgumentError when no file says how to tokenize
 */
export function loadTokenizer(files: TokenizerFiles, { tokenTypeIds }: TokenizerOptions = {}): Tokenizer {
  const sequences = (pipeline: Pipeline, config: TokenizerConfig): Tokenizer =>
    new SequenceTokenizer(pipeline, { ...config, hasTokenTypes: tokenTypeIds ?? config.hasTokenTypes });
  const { 'spiece.model': spiece, 'tokenizer.json': json, 'vocab.txt': vocab } = files;
  if (spiece !== undefined) {
    const config = readTokenizerConfig(files, albertDefaults);
    return sequences(new SpieceTokenizer(readSpieceModel(spiece), config), config);
  }
  if (json !== undefined) {
    const model = partOf(partOf(json, 'the whole file')['model'], 'model');
    const defaults = kindOf(model) === 'WordPiece' ? bertDefaults : albertDefaults;
    const config = readTokenizerConfig(files, defaults);
    const pipeline = new JsonTokenizer(json, config);
    return sequences(pipeline, { ...config, hasTokenTypes: config.hasTokenTypes && pipeline.hasTokenTypes });
  }
  if (vocab !== undefined) {
    const config = readTokenizerConfig(files, bertDefaults);
    return sequences(new WordPieceTokenizer(vocab, config), config);
  }
  throw new InvalidArgumentError({
    problem: 'No file says how to tokenize',
    expected: 'spiece.model, tokenizer.json or vocab.txt',
    remedy: 'Add one of them',
  });
}
