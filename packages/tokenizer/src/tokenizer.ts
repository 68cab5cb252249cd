/** The public interface, the same for SentencePiece, `tokenizer.json` and WordPiece. */

/** The tokenizer files of a model, by their usual names. {@link loadTokenizer} uses what is available. */
export interface TokenizerFiles {
  /** A SentencePiece model, as published with ALBERT. Preferred if present, because it contains the original rules. */
  readonly 'spiece.model'?: Uint8Array | undefined;
  /** A Hugging Face fast tokenizer, parsed from JSON. */
  readonly 'tokenizer.json'?: unknown;
  /** A WordPiece vocabulary, one token per line, as published with the Chinese ALBERT models. */
  readonly 'vocab.txt'?: string | undefined;
  /** Special and added tokens, and `do_lower_case`, `keep_accents`, `remove_space`, ..., parsed from JSON. */
  readonly 'tokenizer_config.json'?: unknown;
  /** Special tokens, as written by transformers before 4.34, parsed from JSON. */
  readonly 'special_tokens_map.json'?: unknown;
  /** Ids of added tokens, as written by transformers before 4.34, parsed from JSON. */
  readonly 'added_tokens.json'?: unknown;
}

/** One text, or two that the model reads together. */
export type TextInput = string | readonly [string, string];

/** Options for encoding. Names and defaults are Hugging Face's. */
export interface EncodeTextOptions {
  /** Add `[CLS]` and `[SEP]`. Default true. */
  readonly addSpecialTokens?: boolean;
  /** Maximum number of ids in a sequence, special tokens included. Default: no limit. */
  readonly maxLength?: number;
  /**
   * Which text to truncate to `maxLength`. `longest_first`, the default, removes ids one by one from the end of the longer
   * text, or of the second text if both are equally long.
   */
  readonly truncation?: 'longest_first' | 'only_first' | 'only_second' | 'do_not_truncate';
  /**
   * If set, the ids beyond `maxLength` are returned as {@link Encoding.overflowing} windows, each of which repeats the last
   * `stride` ids of the previous one. For a pair, `truncation` must say which text to split into windows.
   */
  readonly stride?: number;
  /** Pad to the `longest` sequence of the batch, or to `max_length`. Default false: no padding. */
  readonly padding?: false | 'longest' | 'max_length';
  /** Round the padded length up to a multiple of this many ids. Default 1. */
  readonly padToMultipleOf?: number;
  /** The side to pad on. Default `right`. */
  readonly paddingSide?: 'left' | 'right';
}

/** A tokenized text or pair: parallel lists with one entry per token, ready to be a row of the model's input. */
export interface Encoding {
  readonly ids: readonly number[];
  /** 0 for the first text and its special tokens, 1 for the second; 0 for padding. */
  readonly typeIds: readonly number[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** The pieces as in the vocabulary, `▁` for a space; an unknown piece as in the normalized text. */
  readonly tokens: readonly string[];
  /**
   * `[start, end)` of each token in its original text, in UTF-16 code units, so that `text.slice(start, end)` is the text of
   * the token. The space before a word is excluded. A lone `▁` covers that space, or nothing at the start of a text.
   * `[0, 0]` for added special tokens and padding.
   */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** Which text each token belongs to: 0, 1, or null for added special tokens and padding. */
  readonly sequenceIds: readonly (0 | 1 | null)[];
  /** Whether `maxLength` removed tokens from this sequence. */
  readonly truncated: boolean;
  /** The remaining windows, if `stride` was given. */
  readonly overflowing?: readonly Encoding[];
}

/** Ids of the special tokens, by role. */
export interface SpecialIds {
  readonly pad: number;
  readonly unk: number;
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
}

/** Options of {@link Tokenizer.decode}. */
export interface DecodeOptions {
  /** Skip `[CLS]`, `[SEP]`, padding and the like. Default false. */
  readonly skipSpecialTokens?: boolean;
}

/** Converts text to ids and back. Stateless between calls. */
export interface Tokenizer {
  readonly special: SpecialIds;
  /** Number of ids: the largest id plus one. */
  readonly vocabSize: number;
  /** Maximum sequence length in tokens, special tokens included, as the files give it; Infinity if there is no limit. */
  readonly modelMaxLength: number;
  /** Token type of the second text of a pair, and of the `[SEP]` after it. */
  readonly secondTypeId: 0 | 1;
  /**
   * Tokenizes a text or a pair. Lone surrogates are read as U+FFFD.
   *
   * @throws InvalidArgumentError for contradictory options
   * @throws TruncationError when the text to truncate is too short
   */
  encode(input: TextInput, options?: EncodeTextOptions): Encoding;
  /** Tokenizes many inputs. `padding: 'longest'` covers the batch and its overflowing windows. Throws as {@link encode}. */
  encodeBatch(inputs: readonly TextInput[], options?: EncodeTextOptions): Encoding[];
  /**
   * Converts ids to text. Normalization cannot be undone: an uncased model gives lower-cased text.
   *
   * @throws InvalidArgumentError for an id outside the vocabulary
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** The id of a token as written in the vocabulary, or undefined. */
  tokenToId(token: string): number | undefined;
  /** The token of an id, or undefined. */
  idToToken(id: number): string | undefined;
}
