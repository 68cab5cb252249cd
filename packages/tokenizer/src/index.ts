/** Converts text to ids with character offsets, and back: SentencePiece, `tokenizer.json`, WordPiece. */
export { checkVocabulary } from './check-vocabulary.ts';
export { TokenizerFormatError, TruncationError } from './errors.ts';
export { specialTokensMapFields, tokenizerConfigFields } from './fields.ts';
export { toTokenizerJson } from './json/export.ts';
export { loadTokenizer, type TokenizerOptions } from './load.ts';
export { readTokenizer, readTokenizerFiles, type ReadTokenizerOptions, type TokenizerSource } from './read.ts';
export { unknownPieces, type UnknownPieces } from './unknown-pieces.ts';
export type {
  DecodeOptions,
  EncodeTextOptions,
  Encoding,
  SpecialIds,
  TextInput,
  Tokenizer,
  TokenizerFiles,
} from './tokenizer.ts';
