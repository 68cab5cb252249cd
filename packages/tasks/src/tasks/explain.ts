/**
 * What a verdict on two sentences rests on, found out by experiment: words are hidden from the model (attention mask 0,
 * the others keep their places), and the pair is judged again. It looks at no insides, so it holds for every model and
 * backend, and what it says is how the model behaves, not how somebody reads its weights.
 *
 * The idea: Zeiler and Fergus 2014, section 4.1 (occlusion), and for two words at once the interaction of a 2 x 2
 * factorial experiment, `f(both) - f(only one) - f(only the other) + f(neither)`.
 */
import { text, whole, type Rules } from '@albert-web/errors';
import type { Encoding } from '@albert-web/tokenizer';
import type { Calibration } from './calibration.ts';
import { neutralCalibration } from './calibration.ts';
import type { ParaphraseResult, SentencePair } from './paraphrase.ts';
import { isParaphrase, paraphraseMethod, probabilityOf, unnamedClassesWarning } from './paraphrase.ts';
import { largestIndices, sigmoid } from '@albert-web/core';
import { factsOf, requireTask } from '../engine/refusals.ts';
import type { ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { cosine } from '../engine/vectors.ts';
import { manyOptions, type TaskSignature } from '../signatures.ts';

/** A word of one of the two sentences. */
export interface ExplainedWord {
  readonly text: string;
  /** `[start, end)` in its sentence, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** That the two sentences mean the same, when this word is hidden. */
  readonly without: number;
  /** What hiding it takes from the log-odds (natural logarithm) of "the same"; negative when it spoke against. */
  readonly influence: number;
}

/** Two words that the verdict rests on together. */
export interface WordLink {
  /** Indices into the words of the first and of the second sentence. */
  readonly first: number;
  readonly second: number;
  /**
   * By how much hiding both costs less than hiding each costs by itself, in log-odds of "the same": one word alone has
   * lost its counterpart, both gone leave nothing unmatched.
   */
  readonly strength: number;
}

/** How a verdict is explained. */
export interface ExplainOptions extends ManyOptions {
  /**
   * Into how many parts each sentence is divided at most. A sentence of more words is explained by phrases of as many words
   * each. The model is asked once for each part, and once for each pair of parts that are looked at together. Default 20.
   */
  readonly maxWords?: number | undefined;
}

/** What `explain` takes. */
export const explainSignature: TaskSignature<'explain'> = {
  arguments: { a: text, b: text },
  options: { ...manyOptions, maxWords: whole(1) } satisfies Rules<Required<ExplainOptions>>,
};

/** A verdict with what it rests on. */
export interface Explanation extends Pick<ParaphraseResult, 'paraphrase' | 'probability' | 'method'> {
  /** The words of each sentence, in order, or its phrases; punctuation, and what was cut off, left out. */
  readonly words: readonly [readonly ExplainedWord[], readonly ExplainedWord[]];
  /** Strongest first; only those of at least 0.5. */
  readonly links: readonly WordLink[];
}

/** Log-odds below which two words are not said to have met: rounding to int8 alone moves four verdicts by as much. */
const minStrength = 0.5;

/** Words of a sentence that are looked at in pairs: those that count most. More than 144 pairs take too long to wait for. */
const pairedWords = 12;
/** The same where a sentence is so long that it is explained by phrases: every pass is slower. */
const pairedPhrases = 8;
/** Parts of a sentence, unless the caller says how many. */
const defaultMaxWords = 20;

/**
 * Explains the verdict on a pair.
 *
 * @throws UnsupportedTaskError, DisposedError, or the signal's reason.
 */
export async function explain(
  session: Session,
  calibration: Calibration | undefined,
  pair: SentencePair,
  options: ExplainOptions = {},
): Promise<Explanation> {
  requireTask(factsOf(session), 'explain');
  session.warn(unnamedClassesWarning(session));
  const method = paraphraseMethod(session);
  const [words, judge] =
    method === 'cross-encoder'
      ? readTogether(session, pair, options)
      : await readApart(session, calibration ?? neutralCalibration, pair, options);
  const [first, second] = words;
  const [whole = 0, ...single] = await judge([
    {},
    ...first.map((_, index) => ({ first: index })),
    ...second.map((_, index) => ({ second: index })),
  ]);
  const without = [single.slice(0, first.length), single.slice(first.length)] as const;
  const weights = without.map((scores) => scores.map((score) => Math.abs(whole - score)));
  const pairs = pairsToLookAt(weights, pairedParts(words));
  const strengths = (await judge(pairs)).map((neither, index) => {
    const { first: i = 0, second: j = 0 } = pairs[index] ?? {};
    return whole - (without[0][i] ?? 0) - (without[1][j] ?? 0) + neither;
  });
  const explained = (side: 0 | 1): ExplainedWord[] =>
    words[side].map(({ text, start, end }, index) => {
      const score = without[side][index] ?? whole;
      return { text, start, end, without: sigmoid(score), influence: whole - score };
    });
  const probability = sigmoid(whole);
  return {
    paraphrase: isParaphrase(probability),
    probability,
    method,
    words: [explained(0), explained(1)],
    links: pairs
      .map((hidden, index): WordLink => ({ ...hidden, strength: strengths[index] ?? 0 }))
      .filter(({ strength }) => strength >= minStrength)
      .toSorted((a, b) => b.strength - a.strength),
  };
}

/** Words that are hidden, by their index in their sentence. */
interface Hidden {
  readonly first?: number;
  readonly second?: number;
}

/** Log-odds of "the same" with these words hidden. */
type Judge = (hidden: readonly Hidden[]) => Promise<number[]>;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Positions of its tokens in the encoding. */
  readonly positions: readonly number[];
}

type WordsAndJudge = readonly [words: readonly [readonly Word[], readonly Word[]], judge: Judge];

function readTogether(session: Session, pair: SentencePair, options: ExplainOptions): WordsAndJudge {
  const [encoding] = session.tokenize([pair]) as [Encoding];
  const words = [partsOf(pair[0], encoding, 0, options), partsOf(pair[1], encoding, 1, options)] as const;
  const [first, second] = words.map(({ length }) => length) as [number, number];
  const paired = pairedParts(words);
  const partial = withProgress(options, 1 + first + second + Math.min(first, paired) * Math.min(second, paired));
  const positive = probabilityOf(session.config);
  const judge: Judge = async (hidden) => {
    const rows = hidden.map(({ first, second }) => hide(encoding, words[0][first ?? -1], words[1][second ?? -1]));
    const results = await session.runRows(rows, partial(rows.length));
    return results.map(({ outputs }) => logOdds(positive(valuesOf(outputs, 'logits'))));
  };
  return [words, judge];
}

/** A sentence encoder reads each sentence once for each of its words; pairs of hidden words cost no pass of their own. */
async function readApart(
  session: Session,
  { scale, bias }: Calibration,
  pair: SentencePair,
  options: ExplainOptions,
): Promise<WordsAndJudge> {
  const encodings = session.tokenize(pair);
  const parts = pair.map((text, side) => partsOf(text, encodings[side] as Encoding, 0, options)) as [Word[], Word[]];
  const partial = withProgress(options, parts.flat().length + parts.length);
  const read = async (side: 0 | 1) => {
    const encoding = encodings[side] as Encoding;
    const words = parts[side];
    const rows = [encoding, ...words.map((word) => hide(encoding, word))];
    const results = await session.runRows(rows, partial(rows.length));
    return { words, embeddings: results.map(({ outputs }) => valuesOf(outputs, 'sentence_embedding')) };
  };
  const [first, second] = [await read(0), await read(1)];
  const none = new Float32Array();
  const judge: Judge = (hidden) =>
    Promise.resolve(
      hidden.map(({ first: i = -1, second: j = -1 }) => {
        const [a = none, b = none] = [first.embeddings[i + 1], second.embeddings[j + 1]];
        return scale * cosine(a, b) + bias;
      }),
    );
  return [[first.words, second.words], judge];
}

/** Not `isWordLike`: in WebKit that is false for numbers and for words with digits. */
const isWord = (segment: string): boolean => /[\p{L}\p{N}]/u.test(segment);

/** The words of a text that the model reads at least in part. */
function wordsOf(text: string, { offsets, sequenceIds }: Encoding, sequence: 0 | 1): Word[] {
  const segments = new Intl.Segmenter('en', { granularity: 'word' }).segment(text);
  return Array.from(segments).flatMap(({ segment, index: start }): Word[] => {
    if (!isWord(segment)) return [];
    // A narrow no-break space, as before a percent sign, belongs to the number to Unicode, but is no part of the word.
    const text = segment.trimEnd();
    const end = start + text.length;
    const positions = offsets.flatMap(([from, to], position) =>
      sequenceIds[position] === sequence && from < end && to > start ? [position] : [],
    );
    return positions.length > 0 ? [{ text, start, end, positions }] : [];
  });
}

/** The words of a text; phrases of as many words each where there would be more than `maxWords` of them. */
function partsOf(
  text: string,
  encoding: Encoding,
  sequence: 0 | 1,
  { maxWords = defaultMaxWords }: ExplainOptions,
): Word[] {
  const words = wordsOf(text, encoding, sequence);
  const size = Math.ceil(words.length / maxWords);
  if (size <= 1) return words;
  return Array.from({ length: Math.ceil(words.length / size) }, (_, index): Word => {
    const phrase = words.slice(index * size, (index + 1) * size);
    const [start, end] = [phrase[0]?.start ?? 0, phrase.at(-1)?.end ?? 0];
    return { text: text.slice(start, end), start, end, positions: phrase.flatMap(({ positions }) => positions) };
  });
}

/** The options of one of several calls, whose progress counts for all of them together. */
function withProgress(options: ExplainOptions, total: number): (rows: number) => ExplainOptions {
  const { onProgress } = options;
  let before = 0;
  return (rows) => {
    const done = before;
    before += rows;
    return { ...options, onProgress: onProgress && ((more) => onProgress(done + more, total)) };
  };
}

/** The same tokens, some of them not to be looked at. */
function hide(encoding: Encoding, ...words: readonly (Word | undefined)[]): Encoding {
  const hidden = new Set(words.flatMap((word) => word?.positions ?? []));
  return { ...encoding, attentionMask: encoding.attentionMask.map((seen, at) => (hidden.has(at) ? 0 : seen)) };
}

/** How many parts of a sentence are looked at in pairs. */
function pairedParts(words: readonly (readonly Word[])[]): number {
  // Other spaces than the narrow one that groups the digits of a number.
  return words.flat().some(({ text }) => /[^\S\u202F]/u.test(text)) ? pairedPhrases : pairedWords;
}

/** Every pair of the words that count most in their sentences. */
function pairsToLookAt(weights: readonly (readonly number[])[], most: number): Required<Hidden>[] {
  const [firsts = [], seconds = []] = weights.map((values) => largestIndices(values, most));
  return firsts.flatMap((first) => seconds.map((second) => ({ first, second })));
}

/** Of a probability; finite even where rounding has made it 0 or 1. */
function logOdds(probability: number): number {
  const inside = Math.min(Math.max(probability, 1e-12), 1 - 1e-12);
  return Math.log(inside / (1 - inside));
}
