import type { PairCut } from './truncation.ts';

/** The tokens of one text as parallel lists: the output of a pipeline, from which sequences are assembled. */
export interface TokenList {
  readonly ids: number[];
  readonly tokens: string[];
  /** Where each token starts in the original text, in UTF-16 units. */
  readonly starts: number[];
  readonly ends: number[];
}

/** A tokenization algorithm without sequences: text to tokens and back. */
export interface Pipeline {
  readonly vocabulary: Vocabulary;
  /** How Hugging Face's tokenizer of this kind shortens a pair. */
  readonly cutPair: PairCut;
  /** The tokens of a well-formed text, without added special tokens. */
  tokenize(text: string): TokenList;
  /** Joins tokens to text, special tokens included. */
  join(tokens: readonly string[]): string;
}

/** Tokens and their ids. */
export interface Vocabulary {
  /** Tokens by id; undefined for unused ids. */
  readonly tokens: readonly (string | undefined)[];
  readonly ids: ReadonlyMap<string, number>;
  /** Contents of the tokens that `skipSpecialTokens` skips. */
  readonly specialTokens: ReadonlySet<string>;
  readonly unknownId: number;
}

/** An empty list. */
export function emptyTokenList(): TokenList {
  return { ids: [], tokens: [], starts: [], ends: [] };
}

/** Appends one token. */
export function pushToken(list: TokenList, id: number, token: string, start: number, end: number): void {
  list.ids.push(id);
  list.tokens.push(token);
  list.starts.push(start);
  list.ends.push(end);
}

/** Creates a vocabulary. The map from tokens to ids is built on first use, so that the tokenizer loads faster. */
export function vocabularyOf(
  tokens: readonly (string | undefined)[],
  specialTokens: ReadonlySet<string>,
  unknownId: number,
): Vocabulary {
  let ids: Map<string, number> | undefined;
  return {
    tokens,
    specialTokens,
    unknownId,
    get ids() {
      return (ids ??= new Map(tokens.flatMap((token, id) => (token === undefined ? [] : [[token, id] as const]))));
    },
  };
}
