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
   * Whether the second text of a pair has token type 1. Default: what `model_input_names` says. If the files lack that field:
   * true, except for files saved by transformers 5.
   */
  readonly tokenTypeIds?: boolean | undefined;
}

/**
 * Creates a tokenizer from a model's files. `spiece.model` is preferred to `tokenizer.json`, and `tokenizer.json` to
 * `vocab.txt`.
 *
 * If there are both `spiece.model` and `tokenizer.json`, the latter supplies what the other files leave out: flags of the
 * normalizer, and added tokens. If `tokenizer_config.json` names a class that reads only `tokenizer.json`, or was saved by
 * transformers 5, `tokenizer.json` is used and `spiece.model` is ignored.
 *
 * @throws TokenizerFormatError when a file is damaged, or of a kind that this package does not read
 * @throws InvalidArgumentError when there is no tokenizer file
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

/** Takes the flags that `tokenizer_config.json` leaves out from the normalizer of `tokenizer.json`, as transformers does. */
function withFlags(files: TokenizerFiles, json: unknown): TokenizerFiles {
  const { 'tokenizer_config.json': settings = {} } = files;
  if (json === undefined || !isRecord(settings)) return files;
  return { ...files, 'tokenizer_config.json': { ...normalizerFlags(json), ...settings } };
}

/** Takes the added tokens, and their ids, that the other files leave out from `tokenizer.json`. */
function completed(config: TokenizerConfig, json: unknown): TokenizerConfig {
  if (json === undefined) return config;
  const own = readAddedTokens(json);
  const idOf = new Map(own.map(({ content, id }) => [content, id]));
  const declared = config.declaredTokens.map((token) => ({ ...token, id: token.id ?? idOf.get(token.content) }));
  const known = new Set(declared.map(({ content }) => content));
  return { ...config, declaredTokens: [...declared, ...own.filter(({ content }) => !known.has(content))] };
}
