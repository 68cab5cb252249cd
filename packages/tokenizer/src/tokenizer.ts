/** What callers of every kind of tokenizer see: the same for SentencePiece, `tokenizer.json` and WordPiece. */

/** The files of a model that decide how it tokenizes, by their usual names; {@link loadTokenizer} takes what is there. */
export interface TokenizerFiles {
  /** A SentencePiece unigram model, as published with ALBERT. Preferred when present: it carries the original rules. */
  readonly 'spiece.model'?: Uint8Array | undefined;
  /** A Hugging Face fast tokenizer, parsed from JSON. */
  readonly 'tokenizer.json'?: unknown;
  /** A WordPiece vocabulary, one token a line, as published with the Chinese ALBERT models. */
  readonly 'vocab.txt'?: string | undefined;
  /** Special and added tokens, and `do_lower_case`, `keep_accents`, `remove_space`, ..., parsed from JSON. */
  readonly 'tokenizer_config.json'?: unknown;
  /** Special tokens as transformers before 4.34 wrote them, parsed from JSON. */
  readonly 'special_tokens_map.json'?: unknown;
  /** Ids of added tokens as transformers before 4.34 wrote them, parsed from JSON. */
  readonly 'added_tokens.json'?: unknown;
}

/** One text, or two that the model reads together. */
export type TextInput = string | readonly [string, string];

/** How texts become a sequence of ids; the names and defaults are Hugging Face's. */
export interface EncodeTextOptions {
  /** Put `[CLS]` and `[SEP]` around the texts. Default true. */
  readonly addSpecialTokens?: boolean;
  /** Most ids in a sequence, special tokens included. Without it nothing is cut. */
  readonly maxLength?: number;
  /**
   * Which text gives way when `maxLength` is too small. `longest_first` (the default) takes ids one by one from the
   * end of the longer text, from the second when both are equally long.
   */
  readonly truncation?: 'longest_first' | 'only_first' | 'only_second' | 'do_not_truncate';
  /**
   * When given, what `maxLength` cut off is not lost: it comes in {@link Encoding.overflowing} windows, each repeating
   * the last `stride` ids of the window before. For a pair, `truncation` must say which text is windowed.
   */
  readonly stride?: number;
  /** Fill up to the `longest` sequence of the batch, or to `max_length`. Default false: no padding. */
  readonly padding?: false | 'longest' | 'max_length';
  /** Round the padded length up to a multiple of this many ids. Default 1. */
  readonly padToMultipleOf?: number;
  /** Which end padding goes to. Default `right`. */
  readonly paddingSide?: 'left' | 'right';
}

/** A tokenized text or pair: five parallel lists, one entry a token, ready to be a row of the model's input. */
export interface Encoding {
  readonly ids: readonly number[];
  /** 0 for the first text and its special tokens, 1 for the second; 0 for padding. */
  readonly typeIds: readonly number[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** The pieces as the vocabulary writes them, `▁` for a space; an unknown piece as it stands in the normalized text. */
  readonly tokens: readonly string[];
  /**
   * `[start, end)` of each token in its own original text, in UTF-16 code units, so that `text.slice(start, end)` is
   * what the token stands for. The space before a word is not part of it; a `▁` alone stands for that space, or for
   * nothing at the start of a text. `[0, 0]` for special tokens that were added and for padding.
   */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** Which text each token is from: 0, 1, or null for special tokens that were added and for padding. */
  readonly sequenceIds: readonly (0 | 1 | null)[];
  /** Whether the texts have tokens that are not in this sequence: `maxLength` cut them off. */
  readonly truncated: boolean;
  /** The further windows, when `stride` was given. */
  readonly overflowing?: readonly Encoding[];
}

/** Ids of the tokens that have a role. */
export interface SpecialIds {
  readonly pad: number;
  readonly unk: number;
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
}

/** Options of {@link Tokenizer.decode}. */
export interface DecodeOptions {
  /** Leave out `[CLS]`, `[SEP]`, padding and the like. Default false. */
  readonly skipSpecialTokens?: boolean;
}

/** Text to ids and back. Stateless between calls. */
export interface Tokenizer {
  readonly special: SpecialIds;
  /** Number of ids: one more than the largest. */
  readonly vocabSize: number;
  /**
   * Tokenizes one text or one pair. Lone surrogates read as U+FFFD.
   * @throws InvalidArgumentError for options that contradict each other
   * @throws TruncationError when the text that may be cut is too short to give way
   */
  encode(input: TextInput, options?: EncodeTextOptions): Encoding;
  /** Tokenizes many; `padding: 'longest'` is over the batch, overflowing windows included. Throws as {@link encode}. */
  encodeBatch(inputs: readonly TextInput[], options?: EncodeTextOptions): Encoding[];
  /**
   * Ids to text. Normalization is not undone: the text comes back lower-cased where the model lower-cases.
   * @throws InvalidArgumentError for an id outside the vocabulary
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** The id of a token as the vocabulary writes it, or undefined. */
  tokenToId(token: string): number | undefined;
  /** The token of an id, or undefined. */
  idToToken(id: number): string | undefined;
}
