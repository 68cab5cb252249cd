import { AlignedText, unitsOf } from '../aligned-text.ts';
import { Charsmap } from './charsmap.ts';
import { TokenizerFormatError } from '../errors.ts';
import type { NormalizerSpec } from './model.ts';

const SPACE = 0x20;
/** U+2581, SentencePiece's mark for a space. */
export const SPACE_MARK = 0x2581;
/** A limit, because each user-defined piece is compared wherever its first character occurs. */
const MAX_USER_DEFINED = 4096;
const NO_FAST_WAY = -1;
const NOT_YET_KNOWN = -2;

/**
 * SentencePiece's normalization (google/sentencepiece, `Normalizer::Normalize`): applies the model's character map, prepends a
 * space mark, and collapses and trims spaces. User-defined pieces are left unchanged.
 */
export class SpieceNormalizer {
  readonly #spec: NormalizerSpec;
  readonly #charsmap: Charsmap | undefined;
  /** User-defined pieces by their first unit, longest first. */
  readonly #literals = new Map<number, string[]>();
  /** Cached result for each ASCII character if followed by ASCII or the end of the text, or {@link NO_FAST_WAY}. */
  readonly #ascii = new Int32Array(0x80).fill(NOT_YET_KNOWN);
  readonly #spaceMark: number;
  #replaced = 0;

  /** @throws TokenizerFormatError when the character map is damaged, or there are too many user-defined pieces */
  constructor(spec: NormalizerSpec, userDefined: readonly string[]) {
    if (userDefined.length > MAX_USER_DEFINED) throw tooManyUserDefined(userDefined.length);
    this.#spec = spec;
    this.#spaceMark = spec.escapeWhitespaces ? SPACE_MARK : SPACE;
    this.#charsmap = spec.precompiledCharsmap.length > 0 ? new Charsmap(spec.precompiledCharsmap) : undefined;
    for (const literal of [...userDefined].sort((a, b) => b.length - a.length)) {
      const unit = literal.charCodeAt(0);
      this.#literals.set(unit, [...(this.#literals.get(unit) ?? []), literal]);
    }
  }

  /** Normalizes a text. */
  normalize(text: AlignedText): AlignedText {
    const { removeExtraWhitespaces, addDummyPrefix } = this.#spec;
    const result = new AlignedText(text.length + 1);
    let i = 0;
    if (removeExtraWhitespaces) while (i < text.length && this.#replace(text, i) === ' ') i += this.#replaced;
    if (i === text.length) return result;
    if (addDummyPrefix) result.push(this.#spaceMark, text.starts[i] ?? 0, text.starts[i] ?? 0);
    let afterSpace = removeExtraWhitespaces;
    while (i < text.length) {
      const single = this.#single(text, i);
      const end = i + (single === NO_FAST_WAY ? 0 : 1);
      if (single > SPACE) {
        result.push(single, text.starts[i] ?? 0, text.ends[i] ?? 0);
        afterSpace = false;
      } else if (single === SPACE) {
        if (!afterSpace) result.push(this.#spaceMark, text.starts[i] ?? 0, text.ends[i] ?? 0);
        afterSpace = removeExtraWhitespaces;
      } else {
        afterSpace = this.#pushReplacement(text, i, afterSpace, result);
      }
      i = end > i ? end : i + this.#replaced;
    }
    if (removeExtraWhitespaces) while (result.units[result.length - 1] === this.#spaceMark) result.length--;
    return result;
  }

  /** Appends the replacement of the characters at `i`. Returns whether the result now ends with a collapsible space. */
  #pushReplacement(text: AlignedText, i: number, afterSpace: boolean, result: AlignedText): boolean {
    const replacement = this.#replace(text, i);
    const start = text.starts[i] ?? 0;
    const end = text.ends[i + this.#replaced - 1] ?? 0;
    let from = 0;
    if (afterSpace) while (replacement.charCodeAt(from) === SPACE) from++;
    for (let k = from; k < replacement.length; k++) {
      const unit = replacement.charCodeAt(k);
      result.push(unit === SPACE ? this.#spaceMark : unit, start, end);
    }
    if (!this.#spec.removeExtraWhitespaces) return false;
    return from < replacement.length ? replacement.endsWith(' ') : afterSpace;
  }

  /** Returns the replacement of the characters at `i`. Sets {@link #replaced} to the number of units replaced. */
  #replace(text: AlignedText, i: number): string {
    const literal = this.#literals.get(text.units[i] ?? 0)?.find((candidate) => standsAt(text, i, candidate));
    if (literal !== undefined) {
      this.#replaced = literal.length;
      return literal;
    }
    const replacement = this.#charsmap?.match(text, i);
    if (this.#charsmap !== undefined && replacement !== undefined) {
      this.#replaced = this.#charsmap.matchedUnits;
      return replacement;
    }
    const codePoint = text.codePointAt(i);
    this.#replaced = unitsOf(codePoint);
    return String.fromCodePoint(codePoint);
  }

  /** Returns the single unit that replaces the ASCII character at `i`, or {@link NO_FAST_WAY}. */
  #single(text: AlignedText, i: number): number {
    const unit = text.units[i] ?? 0;
    const followed = i + 1 < text.length && (text.units[i + 1] ?? 0) >= 0x80;
    if (unit >= 0x80 || followed) return NO_FAST_WAY;
    const known = this.#ascii[unit] ?? NO_FAST_WAY;
    return known === NOT_YET_KNOWN ? (this.#ascii[unit] = this.#fastWay(unit)) : known;
  }

  /** Returns the unit that replaces an ASCII character whatever ASCII follows, or {@link NO_FAST_WAY} if there is none. */
  #fastWay(unit: number): number {
    const startsLonger = this.#literals.get(unit)?.some((literal) => literal.length > 1) ?? false;
    if (startsLonger || this.#charsmap?.hasLongerRule(unit)) return NO_FAST_WAY;
    const replacement = this.#replace(AlignedText.of(String.fromCharCode(unit)), 0);
    const first = replacement.charCodeAt(0);
    return replacement.length === 1 && first >= SPACE ? first : NO_FAST_WAY;
  }
}

function tooManyUserDefined(count: number): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `spiece.model has ${count} user-defined pieces`,
    expected: `Expected at most ${MAX_USER_DEFINED}`,
    remedy: 'Do not use this tokenizer file: it is damaged or malicious',
  });
}

function standsAt(text: AlignedText, index: number, literal: string): boolean {
  if (index + literal.length > text.length) return false;
  for (let k = 0; k < literal.length; k++) if (text.units[index + k] !== literal.charCodeAt(k)) return false;
  return true;
}
