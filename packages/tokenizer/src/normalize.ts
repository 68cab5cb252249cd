import { AlignedText, unitsOf } from './aligned-text.ts';
import { isFinalSigma, isPythonSpace } from './python-text.ts';

/** One step of normalization: reads a text, which it may overwrite, and returns the outcome. */
export type NormalizationStep = (text: AlignedText) => AlignedText;

const NOT_YET_KNOWN = -2;
const NOT_SINGLE = -1;
const SPACE = 0x20;
const CAPITAL_SIGMA = 0x3a3;
const FINAL_SIGMA = 0x3c2;
const SMALL_SIGMA = 0x3c3;

/** Python's `" ".join(text.split())`: white space at both ends goes, and each run of it becomes one space. */
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

/** A step that writes `replacement` for every occurrence of `literal`, leftmost first. */
export function replaceLiteral(literal: string, replacement: string): NormalizationStep {
  const first = literal.charCodeAt(0);
  return (text) => {
    // Most texts have not even its first unit.
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

/** A step that writes `replacement`, as it is, for every match of a global expression. */
export function replacePattern(pattern: RegExp, replacement: string): NormalizationStep {
  return (text) => {
    const result = new AlignedText(text.length);
    let from = 0;
    for (const { index, 0: match } of text.slice(0, text.length).matchAll(pattern)) {
      // The space between two characters is no text to replace.
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

/** A step that writes `map(character)` for every code point, whatever stands around it. Results are remembered. */
export function mapCharacters(map: (character: string) => string): NormalizationStep {
  // What one ASCII unit becomes when it becomes one unit: nearly all of nearly every text.
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
    // As long as one unit becomes one unit, there is no need for another text.
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

/** Lower case for the capital sigmas that {@link mapCharacters} left, since only their place tells σ from ς. */
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

/** A step that applies a Unicode normalization form to each character together with the marks that belong to it. */
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
 * Characters that normalization may join or reorder: a Hangul syllable's letters, or anything and its marks. Putting marks in
 * order takes time that grows with the square of their number; UAX 15's stream-safe format lets a reader stop at 30.
 */
const COMPOSABLE = /[\u1100-\u11ff\uac00-\ud7a3]+\p{M}{0,1024}|[^]\p{M}{0,1024}/gu;

/** A step that leaves out white space (Unicode's) at the ends it is told to. */
export function stripEnds(left: boolean, right: boolean): NormalizationStep {
  return (text) => {
    const whole = text.slice(0, text.length);
    const from = left ? whole.length - whole.replace(/^\p{White_Space}+/u, '').length : 0;
    let to = whole.length;
    if (right) while (to > from && /\p{White_Space}/u.test(whole.charAt(to - 1))) to--;
    return text.range(from, to);
  };
}

/** A step that makes one space of two or more. */
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
