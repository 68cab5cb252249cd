import { AlignedText, unitsOf } from './aligned-text.ts';
import { isFinalSigma, isPythonSpace } from './python-text.ts';

/** One normalization step. It may overwrite the text it is given, and returns the result. */
export type NormalizationStep = (text: AlignedText) => AlignedText;

const NOT_YET_KNOWN = -2;
const NOT_SINGLE = -1;
const SPACE = 0x20;
const CAPITAL_SIGMA = 0x3a3;
const FINAL_SIGMA = 0x3c2;
const SMALL_SIGMA = 0x3c3;

/** Does what Python's `" ".join(text.split())` does: trims white space and turns each inner run of it into one space. */
export function collapseWhitespace(text: AlignedText): AlignedText {
  const { units, starts, ends } = text;
  let length = 0;
  let runStart = -1;
  for (let i = 0; i < text.length; i++) {
    const unit = units[i] ?? 0;
    const start = starts[i] ?? 0;
    if (isPythonSpace(unit)) {
      if (runStart < 0) runStart = start;
      continue;
    }
    if (runStart >= 0 && length > 0) {
      units[length] = SPACE;
      starts[length] = runStart;
      ends[length++] = start;
    }
    runStart = -1;
    units[length] = unit;
    starts[length] = start;
    ends[length++] = ends[i] ?? 0;
  }
  text.length = length;
  return text;
}

/** Creates a step that replaces every occurrence of `literal`, leftmost first. */
export function replaceLiteral(literal: string, replacement: string): NormalizationStep {
  const first = literal.charCodeAt(0);
  return (text) => {
    // Most texts do not even contain the first unit of `literal`.
    if (!text.units.subarray(0, text.length).includes(first)) return text;
    const whole = text.slice(0, text.length);
    let at = whole.indexOf(literal);
    if (at < 0) return text;
    const result = new AlignedText(text.length);
    let from = 0;
    for (; at >= 0; at = whole.indexOf(literal, from)) {
      result.pushRange(text, from, at);
      from = at + literal.length;
      result.pushString(replacement, text.starts[at] ?? 0, text.ends[from - 1] ?? 0);
    }
    result.pushRange(text, from, text.length);
    return result;
  };
}

/** Creates a step that replaces every match of a global regular expression with `replacement`, taken literally. */
export function replacePattern(pattern: RegExp, replacement: string): NormalizationStep {
  return (text) => {
    const result = new AlignedText(text.length);
    let from = 0;
    for (const { index, 0: match } of text.slice(0, text.length).matchAll(pattern)) {
      // Skip empty matches: they have no text to replace.
      if (match === '') continue;
      result.pushRange(text, from, index);
      from = index + match.length;
      result.pushString(replacement, text.starts[index] ?? 0, text.ends[from - 1] ?? 0);
    }
    if (from === 0) return text;
    result.pushRange(text, from, text.length);
    return result;
  };
}

/** Creates a step that replaces every code point with `map(character)`, regardless of context. Results are cached. */
export function mapCharacters(map: (character: string) => string): NormalizationStep {
  // A fast path for ASCII units that map to a single unit: they are nearly all of most texts.
  const singles = new Int32Array(0x80).fill(NOT_YET_KNOWN);
  const single = (unit: number): number => {
    const known = singles[unit] ?? NOT_SINGLE;
    if (known !== NOT_YET_KNOWN) return known;
    const result = map(String.fromCharCode(unit));
    return (singles[unit] = result.length === 1 ? result.charCodeAt(0) : NOT_SINGLE);
  };
  const others = new Map<number, string>();
  const mapped = (codePoint: number): string => {
    let result = others.get(codePoint);
    if (result === undefined) {
      result = map(String.fromCodePoint(codePoint));
      others.set(codePoint, result);
    }
    return result;
  };
  return (text) => {
    const { units } = text;
    // As long as each unit maps to one unit, no second text is needed.
    let plain = 0;
    for (; plain < text.length; plain++) {
      const unit = single(units[plain] ?? 0);
      if (unit < 0) break;
      units[plain] = unit;
    }
    if (plain === text.length) return text;
    const result = new AlignedText(text.length);
    result.pushRange(text, 0, plain);
    for (let i = plain; i < text.length;) {
      const start = text.starts[i] ?? 0;
      const unit = single(units[i] ?? 0);
      if (unit >= 0) {
        result.push(unit, start, text.ends[i] ?? 0);
        i++;
        continue;
      }
      const codePoint = text.codePointAt(i);
      i += unitsOf(codePoint);
      result.pushString(mapped(codePoint), start, text.ends[i - 1] ?? 0);
    }
    return result;
  };
}

/** Lower-cases the capital sigmas that {@link mapCharacters} left alone: only their context decides between σ and ς. */
export function lowerSigmas(text: AlignedText): AlignedText {
  const units = text.units.subarray(0, text.length);
  let at = units.indexOf(CAPITAL_SIGMA);
  if (at < 0) return text;
  const whole = text.slice(0, text.length);
  for (; at >= 0; at = units.indexOf(CAPITAL_SIGMA, at + 1)) {
    units[at] = isFinalSigma(whole, at) ? FINAL_SIGMA : SMALL_SIGMA;
  }
  return text;
}

/** Creates a step that applies a Unicode normalization form to each character together with its combining marks. */
export function unicodeForm(form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): NormalizationStep {
  return (text) => {
    const result = new AlignedText(text.length);
    for (const { index, 0: cluster } of text.slice(0, text.length).matchAll(COMPOSABLE)) {
      const end = index + cluster.length;
      const normalized = cluster.normalize(form);
      if (normalized === cluster) result.pushRange(text, index, end);
      else result.pushString(normalized, text.starts[index] ?? 0, text.ends[end - 1] ?? 0);
    }
    return result;
  };
}

/**
 * Matches characters that normalization may join or reorder: the letters of a Hangul syllable, or any character with its marks.
 * Sorting marks takes quadratic time, so their number is limited. UAX 15's stream-safe format allows at most 30.
 */
const COMPOSABLE = /[\u1100-\u11ff\uac00-\ud7a3]+\p{M}{0,1024}|[^]\p{M}{0,1024}/gu;

/** Creates a step that trims Unicode white space at the given ends. */
export function stripEnds(left: boolean, right: boolean): NormalizationStep {
  return (text) => {
    const whole = text.slice(0, text.length);
    const from = left ? whole.length - whole.replace(/^\p{White_Space}+/u, '').length : 0;
    let to = whole.length;
    if (right) while (to > from && /\p{White_Space}/u.test(whole.charAt(to - 1))) to--;
    return text.range(from, to);
  };
}

/** Collapses runs of spaces. */
export function collapseSpaces(text: AlignedText): AlignedText {
  const { units, starts, ends } = text;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = units[i] ?? 0;
    if (unit === SPACE && length > 0 && units[length - 1] === SPACE) {
      ends[length - 1] = ends[i] ?? 0;
      continue;
    }
    units[length] = unit;
    starts[length] = starts[i] ?? 0;
    ends[length++] = ends[i] ?? 0;
  }
  text.length = length;
  return text;
}
