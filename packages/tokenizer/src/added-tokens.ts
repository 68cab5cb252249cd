import { isPythonSpace } from './python-text.ts';

/** A token that is recognized in the text itself, before the model sees it. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Swallows white space before it. */
  readonly lstrip: boolean;
  /** Swallows white space after it. */
  readonly rstrip: boolean;
}

/** A stretch of the original text: an added token, or text between (`id` is -1). */
export interface Segment {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text at added tokens, the leftmost first, the longest of those that start together.
 * @param lowerCased match as if the text had been lower-cased outside added tokens: `<UNK>` then reads as `<unk>`, but
 *   `[mask]` not as `[MASK]`, as in Hugging Face's slow tokenizers
 */
export function addedTokenSplitter(tokens: readonly AddedToken[], lowerCased: boolean): (text: string) => Segment[] {
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
      pushText(segments, text, from, match.index, token.lstrip);
      segments.push({ id: token.id, start: match.index, end });
      from = end;
      if (token.rstrip) while (from < text.length && isPythonSpace(text.charCodeAt(from))) from++;
    }
    pushText(segments, text, from, text.length, false);
    return segments;
  };
}

function pushText(segments: Segment[], text: string, start: number, end: number, strip: boolean): void {
  if (strip) while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end--;
  if (end > start) segments.push({ id: -1, start, end });
}

/** Characters outside ASCII whose lower case is ASCII or Latin-1: the Kelvin and Angstrom signs. */
const FOREIGN_CAPITALS = ['\u212a', '\u212b'];

function patternOf(content: string, lowerCased: boolean): string {
  return Array.from(content)
    .map((character) => {
      const capitals =
        lowerCased && content === content.toLowerCase() ? [character.toUpperCase(), ...FOREIGN_CAPITALS] : [];
      const spellings = [
        character,
        ...capitals.filter((capital) => capital !== character && capital.toLowerCase() === character),
      ];
      return spellings.length === 1 ? escape(character) : `[${spellings.join('')}]`;
    })
    .join('');
}

const escape = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
