import { AlignedText, unitsOf } from '../aligned-text.ts';
import { bertNormalization } from '../wordpiece/basic-tokenizer.ts';
import { isRecord } from '../config.ts';
import { Charsmap } from '../spiece/charsmap.ts';
import { atMost, flagOf, type JsonPart, listOf, malformed, partOf, stringOf, unsupported } from './file.ts';
import { readPattern } from './regex.ts';
import {
  collapseSpaces,
  mapCharacters,
  type NormalizationStep,
  replaceLiteral,
  replacePattern,
  stripEnds,
  unicodeForm,
} from '../normalize.ts';

/** A limit, because each step reads the whole text. Converters write seven steps. */
const MAX_STEPS = 32;

/**
 * Reads the normalization steps of a `tokenizer.json`, in order (huggingface/tokenizers, src/normalizers).
 *
 * @throws TokenizerFormatError for a normalizer that is malformed or that no ALBERT model uses
 */
export function readNormalizer(json: unknown): NormalizationStep[] {
  if (json === null || json === undefined) return [];
  const parts = atMost(MAX_STEPS, flatten(partOf(json, 'normalizer')), 'normalizers');
  return parts.map((part, i) => stepOf(part, parts[i + 1]));
}

function flatten(part: JsonPart, depth = 0): JsonPart[] {
  if (part['type'] !== 'Sequence') return [part];
  if (depth > MAX_DEPTH) throw unsupported('a normalizer inside a sequence', 'Sequence');
  return listOf(part['normalizers'], 'normalizers').flatMap((inner) =>
    flatten(partOf(inner, 'a normalizer'), depth + 1),
  );
}

/** Limits how deeply a file can nest sequences. */
const MAX_DEPTH = 8;

function stepOf(part: JsonPart, next: JsonPart | undefined): NormalizationStep {
  const { type } = part;
  switch (type) {
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      // Marks that the next step removes need not be sorted first.
      return next?.['type'] === 'StripAccents' ? mapCharacters((c) => c.normalize(type)) : unicodeForm(type);
    case 'StripAccents':
      return mapCharacters((character) => (/\p{M}/u.test(character) ? '' : character));
    case 'Lowercase':
      return mapCharacters((character) => character.toLowerCase());
    case 'Precompiled':
      return precompiled(part['precompiled_charsmap']);
    case 'Replace':
      return replace(part);
    case 'Nmt':
      return mapCharacters(nmtCharacter);
    case 'Prepend':
      return prepend(stringOf(part['prepend'], 'the text of Prepend'));
    case 'Strip':
      return stripEnds(
        flagOf(part['strip_left'], true, 'strip_left'),
        flagOf(part['strip_right'], true, 'strip_right'),
      );
    case 'BertNormalizer':
      return bertSteps(part);
    default:
      throw unsupported('normalizer', type);
  }
}

function replace(part: JsonPart): NormalizationStep {
  const pattern = partOf(part['pattern'], 'the pattern of Replace');
  const content = stringOf(part['content'], 'the content of Replace');
  if (typeof pattern['String'] === 'string' && pattern['String'] !== '')
    return replaceLiteral(pattern['String'], content);
  if (pattern['Regex'] === ' {2,}' && content === ' ') return collapseSpaces;
  if (typeof pattern['Regex'] === 'string') return replacePattern(readPattern(pattern['Regex']), content);
  throw unsupported('the pattern of Replace', pattern);
}

/** `Nmt` of huggingface/tokenizers (src/normalizers/unicode.rs): removes control characters and turns other white space into spaces. */
function nmtCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const isIn = (ranges: readonly (readonly [number, number])[]): boolean =>
    ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
  return isIn(nmtControls) ? '' : isIn(nmtSpaces) ? ' ' : character;
}

const nmtControls = [
  [0x01, 0x08],
  [0x0b, 0x0b],
  [0x0e, 0x1f],
  [0x7f, 0x7f],
  [0x8f, 0x8f],
  [0x9f, 0x9f],
] as const;
const nmtSpaces = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x1680, 0x1680],
  [0x200b, 0x200f],
  [0x2028, 0x2029],
  [0x2581, 0x2581],
  [0xfeff, 0xfeff],
  [0xfffd, 0xfffd],
] as const;

function prepend(prefix: string): NormalizationStep {
  return (text) => {
    if (text.length === 0) return text;
    const result = new AlignedText(text.length + prefix.length);
    const start = text.starts[0] ?? 0;
    result.pushString(prefix, start, start);
    result.pushRange(text, 0, text.length);
    return result;
  };
}

function bertSteps(part: JsonPart): NormalizationStep {
  const lowerCase = flagOf(part['lowercase'], true, 'lowercase');
  const steps = bertNormalization({
    cleanText: flagOf(part['clean_text'], true, 'clean_text'),
    spaceIdeographs: flagOf(part['handle_chinese_chars'], true, 'handle_chinese_chars'),
    stripAccents: flagOf(part['strip_accents'], lowerCase, 'strip_accents'),
    lowerCase,
    compose: false,
  });
  return (text) => steps.reduce((current, step) => step(current), text);
}

/** Returns the settings of `tokenizer_config.json` that the normalizer of a parsed `tokenizer.json` implies. */
export function normalizerFlags(file: unknown): { readonly do_lower_case: boolean; readonly keep_accents: boolean } {
  const types = new Set(typesOf(partOf(file, 'the whole file')['normalizer'], 0));
  return { do_lower_case: types.has('Lowercase'), keep_accents: !types.has('StripAccents') };
}

function typesOf(normalizer: unknown, depth: number): unknown[] {
  if (!isRecord(normalizer) || depth > MAX_DEPTH) return [];
  const { type, normalizers } = normalizer;
  return [type, ...(Array.isArray(normalizers) ? normalizers.flatMap((inner) => typesOf(inner, depth + 1)) : [])];
}

/** Graphemes of more UTF-8 bytes than this are looked up character by character (spm_precompiled). */
const GRAPHEME_BYTES = 5;

/**
 * Applies the character map as huggingface/tokenizers does. Unlike SentencePiece, it goes grapheme by grapheme: the shortest
 * matching rule replaces a whole short grapheme, and no rule spans the characters of a long one.
 */
function precompiled(base64: unknown): NormalizationStep {
  const charsmap = new Charsmap(decodeBase64(stringOf(base64, 'precompiled_charsmap')));
  const mapAscii = mapCharacters((c) => charsmap.matchShortest(AlignedText.of(c), 0, c.length) ?? c);
  let segmenter: Intl.Segmenter | undefined;
  return (text) => {
    if (isAscii(text)) return mapAscii(text);
    const whole = text.slice(0, text.length);
    segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
    const result = new AlignedText(text.length);
    for (const [index, end] of graphemes(segmenter, whole)) {
      const isShort = end - index <= GRAPHEME_BYTES && utf8Length(whole.slice(index, end)) <= GRAPHEME_BYTES;
      if (isShort && pushMatch(charsmap, text, index, end, result)) continue;
      for (let i = index; i < end;) {
        const next = i + unitsOf(text.codePointAt(i));
        if (!pushMatch(charsmap, text, i, next, result)) result.pushRange(text, i, next);
        i = next;
      }
    }
    return result;
  };
}

/** Code units passed to the segmenter at a time. */
const CHUNK = 128;

/**
 * Yields the graphemes of a text, as ranges. V8's segmenter needs more time per grapheme the longer the text is, so it gets the
 * text in chunks. Each chunk starts at the end of a grapheme, and no segmentation rule looks back beyond that.
 */
function* graphemes(segmenter: Intl.Segmenter, text: string): Generator<readonly [from: number, to: number]> {
  let from = 0;
  let size = CHUNK;
  while (from < text.length) {
    let end = Math.min(text.length, from + size);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end++;
    const start = from;
    for (const { index, segment } of segmenter.segment(text.slice(start, end))) {
      const to = start + index + segment.length;
      // The last grapheme may continue in the next chunk.
      if (to === end && end < text.length) break;
      yield [from, to];
      from = to;
    }
    size = from === start ? 2 * size : CHUNK;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Whether every character is ASCII and its own grapheme: in ASCII, only CR LF is a grapheme of two characters. */
function isAscii(text: AlignedText): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.units[i] ?? 0;
    if (unit >= 0x80 || (unit === LINE_FEED && text.units[i - 1] === CARRIAGE_RETURN)) return false;
  }
  return true;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function pushMatch(charsmap: Charsmap, text: AlignedText, from: number, to: number, result: AlignedText): boolean {
  const replacement = charsmap.matchShortest(text, from, to);
  if (replacement === undefined) return false;
  result.pushString(replacement, text.starts[from] ?? 0, text.ends[to - 1] ?? 0);
  return true;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function decodeBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw malformed('precompiled_charsmap', 'base64', text);
  }
}
