import { AlignedText } from './aligned-text.ts';
import type { DeclaredToken } from './config.ts';
import { TokenizerFormatError } from './errors.ts';
import { characterAt, characterBefore, isPythonSpace } from './python-text.ts';
import { emptyTokenList, pushToken, type TokenList, type Vocabulary } from './token-list.ts';

/** A token that is matched in the text itself, before the model splits the rest. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Also matches the white space before it. */
  readonly lstrip: boolean;
  /** Also matches the white space after it. */
  readonly rstrip: boolean;
  /** Does not match inside a word. */
  readonly singleWord: boolean;
}

/** A vocabulary together with the tokens declared in its companion files. */
export interface ExtendedVocabulary {
  /** The token of each id. */
  readonly tokens: readonly (string | undefined)[];
  readonly added: readonly KnownToken[];
}

/** A declared token and its id. */
export type KnownToken = DeclaredToken & AddedToken;

/** Contents of the tokens that `skipSpecialTokens` skips. */
export function specialContents(added: readonly KnownToken[]): Set<string> {
  return new Set(added.filter(({ special }) => special).map(({ content }) => content));
}

/**
 * Assigns an id to every declared token: the one a file gives, else its position in the vocabulary, else the next free id
 * (transformers, `PreTrainedTokenizer._add_tokens`).
 *
 * @param vocabulary tokens by id, as read from its file
 * @param file name of that file, for error messages
 * @throws TokenizerFormatError when a declared id already belongs to another token
 */
export function extendVocabulary(
  vocabulary: readonly (string | undefined)[],
  declared: readonly DeclaredToken[],
  file: string,
): ExtendedVocabulary {
  const tokens: (string | undefined)[] = [...vocabulary];
  const added: KnownToken[] = [];
  let next = vocabulary.length;
  for (const token of declared) {
    const place = token.id ?? vocabulary.indexOf(token.content);
    const id = place >= 0 ? place : next;
    if (tokens[id] === undefined) {
      tokens[id] = token.content;
      next++;
    } else if (tokens[id] !== token.content) {
      throw new TokenizerFormatError({
        problem: `The files beside ${file} give ${JSON.stringify(token.content)} the id ${id}, which is ${JSON.stringify(tokens[id])}`,
        expected: 'Expected a distinct id for every added token',
        remedy: 'Check that all tokenizer files come from the same model',
      });
    }
    added.push({ ...token, id });
  }
  return { tokens, added };
}

/** A range of the original text: an added token, or the text between two (`id` is -1). */
export interface Segment {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Whether a word continues with the given neighboring character; '' at either end of the text. */
export type WordTest = (neighbor: string) => boolean;

/** As in Hugging Face's slow tokenizers: anything but a space continues a word. */
export const slowWordTest: WordTest = (neighbor) => neighbor !== '' && neighbor !== ' ';
/** As in its fast tokenizers: letters, digits and `_` continue a word. */
export const fastWordTest: WordTest = (neighbor) =>
  /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u.test(neighbor);

/**
 * Returns a function that splits a text at added tokens: leftmost first, and the longest of those that start at the same place.
 *
 * @param lowerCased match as if the text had been lower-cased outside added tokens. `<UNK>` then matches `<unk>`, but
 *   `[mask]` does not match `[MASK]`, as in Hugging Face's slow tokenizers
 */
export function addedTokenSplitter(
  tokens: readonly AddedToken[],
  lowerCased: boolean,
  hasLongerRule: WordTest,
): (text: string) => Segment[] {
  if (tokens.length === 0) return (text) => [{ id: -1, start: 0, end: text.length }];
  const byContent = new Map(tokens.map((token) => [token.content, token]));
  const longestFirst = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((content) => patternOf(content, lowerCased)).join('|'), 'gu');
  return (text) => {
    const segments: Segment[] = [];
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0]) ?? byContent.get(match[0].toLowerCase());
      if (token === undefined) continue;
      const end = match.index + match[0].length;
      if (
        token.singleWord &&
        (hasLongerRule(characterBefore(text, match.index)) || hasLongerRule(characterAt(text, end)))
      )
        continue;
      pushText(segments, text, from, match.index, token.lstrip);
      segments.push({ id: token.id, start: match.index, end });
      from = end;
      if (token.rstrip) while (from < text.length && isPythonSpace(text.charCodeAt(from))) from++;
    }
    pushText(segments, text, from, text.length, false);
    return segments;
  };
}

/**
 * Tokenizes a text: added tokens are kept as they are, and the text between them goes through `tokenizeBetween`.
 *
 * @param segments the result of `addedTokenSplitter`
 */
export function tokenizeSegments(
  text: string,
  segments: readonly Segment[],
  { tokens }: Vocabulary,
  tokenizeBetween: (text: AlignedText, list: TokenList) => void,
): TokenList {
  const list = emptyTokenList();
  for (const { id, start, end } of segments) {
    if (id < 0) tokenizeBetween(AlignedText.of(text, start, end), list);
    else pushToken(list, id, tokens[id] ?? '', start, end);
  }
  return list;
}

function pushText(segments: Segment[], text: string, start: number, end: number, strip: boolean): void {
  if (strip) while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end--;
  if (end > start) segments.push({ id: -1, start, end });
}

/** Characters outside ASCII whose lower case is ASCII or Latin-1: the Kelvin and Angstrom signs. */
const capitalsWithAsciiLowerCase = ['\u212a', '\u212b'];

function patternOf(content: string, lowerCased: boolean): string {
  return Array.from(content)
    .map((character) => {
      const capitals =
        lowerCased && content === content.toLowerCase() ? [character.toUpperCase(), ...capitalsWithAsciiLowerCase] : [];
      const spellings = [
        character,
        ...capitals.filter((capital) => capital !== character && capital.toLowerCase() === character),
      ];
      return spellings.length === 1 ? escape(character) : `[${spellings.join('')}]`;
    })
    .join('');
}

const escape = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
