import type { PairCut } from './truncation.ts';

/** Tokens of one text, as parallel lists: what a tokenizing pipeline makes and sequences are assembled from. */
export interface TokenList {
  readonly ids: number[];
  readonly tokens: string[];
  /** Where each token starts in the original text, in UTF-16 units. */
  readonly starts: number[];
  readonly ends: number[];
}

/** One way of tokenizing, without sequences: text to tokens and tokens to text. */
export interface Pipeline {
  readonly vocabulary: Vocabulary;
  /** How Hugging Face's tokenizer of this kind shortens a pair. */
  readonly cutPair: PairCut;
  /** Every token of a well-formed text, no special tokens added. */
  tokenize(text: string): TokenList;
  /** The text of tokens, special ones among them. */
  join(tokens: readonly string[]): string;
}

/** Tokens and their ids. */
export interface Vocabulary {
  /** The token of each id. Ids that nothing uses are undefined. */
  readonly tokens: readonly (string | undefined)[];
  readonly ids: ReadonlyMap<string, number>;
  /** Contents of the tokens that `skipSpecialTokens` leaves out. */
  readonly specialTokens: ReadonlySet<string>;
  readonly unknownId: number;
}

/** A list with nothing in it yet. */
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

/** The lookups of a vocabulary by id. Ids by token are made when they are first asked for: a page waits for the tokenizer. */
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
