import { AlignedText } from '../aligned-text.ts';
import { splitWords } from '../wordpiece/basic-tokenizer.ts';
import { flagOf, type JsonPart, listOf, malformed, partOf, stringOf, unsupported } from './file.ts';
import { readPattern } from './regex.ts';
import { SPACE_MARK } from '../spiece/normalizer.ts';

/** A range of normalized text that the model segments by itself. */
export interface Word {
  readonly text: AlignedText;
  readonly from: number;
  readonly to: number;
}

/** Splits a normalized text into words. */
export type PreTokenizer = (text: AlignedText) => Word[];

/** Splits a word further. */
type Step = (word: Word) => Word[];

const SPACE = 0x20;
/** Limits how deeply a file can nest sequences. */
const MAX_DEPTH = 8;

/**
 * Reads the pre-tokenizer of a `tokenizer.json` (huggingface/tokenizers, src/pre_tokenizers).
 *
 * @throws TokenizerFormatError for a pre-tokenizer that is malformed or that no ALBERT model uses
 */
export function readPreTokenizer(json: unknown): PreTokenizer {
  const steps = json === null || json === undefined ? [] : stepsOf(partOf(json, 'pre_tokenizer'), 0);
  return (text) =>
    steps.reduce<Word[]>((words, step) => words.flatMap(step), [{ text, from: 0, to: text.length }]).filter(isNotEmpty);
}

const isNotEmpty = ({ from, to }: Word): boolean => from < to;

function stepsOf(part: JsonPart, depth: number): Step[] {
  if (part['type'] !== 'Sequence') return [stepOf(part)];
  if (depth > MAX_DEPTH) throw unsupported('a pre-tokenizer inside a sequence', 'Sequence');
  return listOf(part['pretokenizers'], 'pretokenizers').flatMap((inner) =>
    stepsOf(partOf(inner, 'a pre-tokenizer'), depth + 1),
  );
}

function stepOf(part: JsonPart): Step {
  const { type } = part;
  switch (type) {
    case 'BertPreTokenizer':
      return (word) =>
        splitWords(copyOf(word)).map(([from, to]) => ({ text: word.text, from: word.from + from, to: word.from + to }));
    case 'Metaspace':
      return metaspace(part);
    case 'WhitespaceSplit':
      return splitter(/\p{White_Space}/gu, 'Removed');
    case 'Whitespace':
      return splitter(
        /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{White_Space}]+/gu,
        'Removed',
        true,
      );
    case 'Punctuation':
      return splitter(/[!-/:-@[-`{-~\p{P}]/gu, behaviorOf(part['behavior'] ?? 'Isolated'));
    case 'Digits':
      return flagOf(part['individual_digits'], false, 'individual_digits')
        ? splitter(/\p{N}/gu, 'Isolated')
        : splitter(/\p{N}/gu, 'Contiguous');
    case 'Split':
      return splitter(patternOf(part), behaviorOf(part['behavior']), flagOf(part['invert'], false, 'invert'));
    default:
      throw unsupported('pre_tokenizer', type);
  }
}

/** How the delimiters of a split are handled (`SplitDelimiterBehavior`). */
const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
type Behavior = (typeof behaviors)[number];

function behaviorOf(value: unknown): Behavior {
  const known = behaviors.find((behavior) => behavior === value);
  if (known) return known;
  throw malformed('the behavior of a pre-tokenizer', behaviors.join(', '), value);
}

function patternOf(part: JsonPart): RegExp {
  const pattern = partOf(part['pattern'], 'the pattern of Split');
  if (typeof pattern['Regex'] === 'string') return readPattern(pattern['Regex']);
  const literal = stringOf(pattern['String'], 'the pattern of Split');
  if (literal === '') throw malformed('the pattern of Split', 'some text', literal);
  return new RegExp(literal.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'), 'gu');
}

/** A range of a word: a match of the pattern, or the text between two matches. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly matched: boolean;
}

/** @param inverted treat the text between matches as the delimiter */
function splitter(pattern: RegExp, behavior: Behavior, inverted = false): Step {
  return ({ text, from, to }) => {
    const pieces: Piece[] = [];
    let end = from;
    const push = (start: number, stop: number, matched: boolean): void => {
      if (stop > start) pieces.push({ from: start, to: stop, matched: matched !== inverted });
    };
    for (const { index, 0: match } of text.slice(from, to).matchAll(pattern)) {
      push(end, from + index, false);
      end = from + index + match.length;
      push(from + index, end, true);
    }
    push(end, to, false);
    return arrange(pieces, behavior).map((piece) => ({ text, from: piece.from, to: piece.to }));
  };
}

function arrange(pieces: readonly Piece[], behavior: Behavior): Piece[] {
  switch (behavior) {
    case 'Removed':
      return pieces.filter(({ matched }) => !matched);
    case 'Isolated':
      return [...pieces];
    case 'Contiguous':
      return merge(pieces, (previous, piece) => previous.matched === piece.matched);
    case 'MergedWithPrevious':
      return merge(pieces, (previous, piece) => piece.matched && !previous.matched);
    case 'MergedWithNext':
      return merge(pieces, (previous, piece) => previous.matched && !piece.matched);
  }
}

/** Joins each piece to the previous one where `joins` is true. The result counts as the later of the two. */
function merge(pieces: readonly Piece[], joins: (previous: Piece, piece: Piece) => boolean): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const previous = merged.at(-1);
    if (previous && joins(previous, piece)) merged[merged.length - 1] = { ...piece, from: previous.from };
    else merged.push(piece);
  }
  return merged;
}

const copyOf = ({ text, from, to }: Word): AlignedText =>
  from === 0 && to === text.length ? text : text.range(from, to);

/** Replaces spaces by marks, prepends a mark, and starts a word at each mark. */
function metaspace(part: JsonPart): Step {
  if ((part['replacement'] ?? '▁') !== '▁') throw unsupported('the replacement of Metaspace', part['replacement']);
  const splits = flagOf(part['split'], true, 'split');
  const scheme =
    part['prepend_scheme'] ?? (flagOf(part['add_prefix_space'], true, 'add_prefix_space') ? 'always' : 'never');
  if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never') throw unsupported('prepend_scheme', scheme);
  return (word) => {
    const text = copyOf(word);
    const marked = new AlignedText(text.length + 1);
    const start = text.starts[0] ?? 0;
    const begins = isSpace(text.units[0] ?? 0);
    const prepend = scheme === 'always' || (scheme === 'first' && start === 0);
    if (prepend && !begins && text.length > 0) marked.push(SPACE_MARK, start, start);
    for (let i = 0; i < text.length; i++) {
      const unit = text.units[i] ?? 0;
      marked.push(unit === SPACE ? SPACE_MARK : unit, text.starts[i] ?? 0, text.ends[i] ?? 0);
    }
    return splits ? splitAtMarks(marked) : [{ text: marked, from: 0, to: marked.length }];
  };
}

function splitAtMarks(text: AlignedText): Word[] {
  const words: Word[] = [];
  let from = 0;
  for (let i = 1; i <= text.length; i++) {
    if (i < text.length && text.units[i] !== SPACE_MARK) continue;
    words.push({ text, from, to: i });
    from = i;
  }
  return text.length > 0 ? words : [];
}

const isSpace = (unit: number): boolean => unit === SPACE || unit === SPACE_MARK;
