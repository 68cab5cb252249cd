import { InvalidArgumentError } from '@albert-web/errors';
import {
  albertDefaults,
  bertDefaults,
  isRecord,
  readsJson,
  readTokenizerConfig,
  type TokenizerConfig,
} from './config.ts';
import { partOf } from './json/file.ts';
import { normalizerFlags } from './json/normalizer.ts';
import { JsonTokenizer, kindOf, readAddedTokens } from './json/tokenizer.ts';
import { SequenceTokenizer } from './sequences.ts';
import { readSpieceModel } from './spiece/model.ts';
import type { Pipeline } from './token-list.ts';
import { SpieceTokenizer } from './spiece/tokenizer.ts';
import type { Tokenizer, TokenizerFiles } from './tokenizer.ts';
import { WordPieceTokenizer } from './wordpiece/tokenizer.ts';

/** Settings that override a model's files. */
export interface TokenizerOptions {
  /**
   * Whether the second text of a pair has token type 1. Default: as `model_input_names` says; without it true, except for files
   * saved by transformers 5.
   */
  readonly tokenTypeIds?: boolean | undefined;
}

/**
 * Makes a tokenizer of a model's files. `spiece.model` is preferred to `tokenizer.json`, that to `vocab.txt`.
 *
 * Where both of the first two are there, `tokenizer.json` tells what the other files leave out: flags of the normalizer, and
 * added tokens. It is the one that counts where `tokenizer_config.json` is of a class that reads nothing else.
 *
 * @throws TokenizerFormatError when a file is damaged or of a kind this package does not read
 * @throws InvalidArgumentError when no file says how to tokenize
 */
export function loadTokenizer(files: TokenizerFiles, { tokenTypeIds }: TokenizerOptions = {}): Tokenizer {
  const sequences = (pipeline: Pipeline, config: TokenizerConfig): Tokenizer =>
    new SequenceTokenizer(pipeline, { ...config, hasTokenTypes: tokenTypeIds ?? config.hasTokenTypes });
  const { 'spiece.model': spiece, 'tokenizer.json': json, 'vocab.txt': vocab } = files;
  if (spiece !== undefined && !(json !== undefined && readsJson(files['tokenizer_config.json']))) {
    const config = completed(readTokenizerConfig(withFlags(files, json), albertDefaults), json);
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
    problem: 'There is no tokenizer file',
    expected: 'Expected spiece.model, tokenizer.json or vocab.txt',
    remedy: 'Add one of them',
  });
}

/** Flags that `tokenizer_config.json` leaves out, from the normalizer: what transformers would load. */
function withFlags(files: TokenizerFiles, json: unknown): TokenizerFiles {
  const { 'tokenizer_config.json': settings = {} } = files;
  if (json === undefined || !isRecord(settings)) return files;
  return { ...files, 'tokenizer_config.json': { ...normalizerFlags(json), ...settings } };
}

/** Added tokens, and their ids, that the other files leave out. */
function completed(config: TokenizerConfig, json: unknown): TokenizerConfig {
  if (json === undefined) return config;
  const own = readAddedTokens(json);
  const idOf = new Map(own.map(({ content, id }) => [content, id]));
  const declared = config.declaredTokens.map((token) => ({ ...token, id: token.id ?? idOf.get(token.content) }));
  const known = new Set(declared.map(({ content }) => content));
  return { ...config, declaredTokens: [...declared, ...own.filter(({ content }) => !known.has(content))] };
}
