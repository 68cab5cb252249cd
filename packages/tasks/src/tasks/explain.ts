/**
 * Explains a verdict on two sentences by experiment: words are hidden from the model (attention mask 0, the others keep their
 * positions), and the pair is judged again. This uses no internals, so it works for every model and backend, and shows how the
 * model behaves, not how somebody interprets its weights.
 *
 * Source: Zeiler and Fergus 2014, section 4.1 (occlusion); for two words at once, the interaction of a 2 x 2 factorial
 * experiment, `f(both) - f(only one) - f(only the other) + f(neither)`.
 */
import { text, whole, type Rules } from '@albert-web/errors';
import type { Encoding } from '@albert-web/tokenizer';
import type { Calibration } from './calibration.ts';
import { neutralCalibration } from './calibration.ts';
import type { ParaphraseResult, SentencePair } from './paraphrase.ts';
import { isParaphrase, paraphraseMethod, probabilityOf, unnamedClassesWarning } from './paraphrase.ts';
import { largestIndices, sigmoid } from '@albert-web/core';
import { factsOf, requireTask } from '../engine/require-task.ts';
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
  /** Probability that the two sentences mean the same if this word is hidden. */
  readonly without: number;
  /** How much hiding the word lowers the log-odds (natural logarithm) of "the same"; negative if it speaks against that. */
  readonly influence: number;
}

/** A pair of words, one of each sentence, that the verdict depends on together. */
export interface WordLink {
  /** Indices into the words of the first and of the second sentence. */
  readonly first: number;
  readonly second: number;
  /**
   * By how much less hiding both words costs than hiding each of them alone, in log-odds of "the same". If one word is hidden,
   * the other has lost its counterpart; if both are hidden, nothing is left unmatched.
   */
  readonly strength: number;
}

/** Options of `explain`. */
export interface ExplainOptions extends ManyOptions {
  /**
   * Maximum number of parts of each sentence. A sentence with more words is explained by phrases of equally many words. The
   * model runs once for each part; a cross-encoder also runs once for each tested pair of parts. Default 20.
   */
  readonly maxWords?: number | undefined;
}

/** The signature of `explain`. */
export const explainSignature: TaskSignature<'explain'> = {
  arguments: { a: text, b: text },
  options: { ...manyOptions, maxWords: whole(1) } satisfies Rules<Required<ExplainOptions>>,
};

/** A verdict with its explanation. */
export interface Explanation extends Pick<ParaphraseResult, 'paraphrase' | 'probability' | 'method'> {
  /** The words or phrases of each sentence, in order, without punctuation and without what was truncated. */
  readonly words: readonly [readonly ExplainedWord[], readonly ExplainedWord[]];
  /** Strongest first; only those of at least 0.5. */
  readonly links: readonly WordLink[];
}

/** Log-odds below which two words are not linked: rounding to int8 alone can change a sum of four verdicts by as much. */
const minStrength = 0.5;

/** Number of words per sentence that are tested in pairs: the most influential ones. More than 144 pairs take too long. */
const pairedWords = 12;
/** The same number if a sentence is so long that it is explained by phrases: every pass is slower. */
const pairedPhrases = 8;
/** The default of `maxWords`. */
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

/** The hidden words, by their indices in their sentences. */
interface Hidden {
  readonly first?: number;
  readonly second?: number;
}

/** Computes the log-odds of "the same" with these words hidden, for each item of a list. */
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

/** Prepares a sentence encoder. It reads each sentence once per hidden word, and pairs of hidden words need no further pass. */
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

/** Whether a segment is a word. `isWordLike` is not used, because in WebKit it is false for numbers and words with digits. */
const isWord = (segment: string): boolean => /[\p{L}\p{N}]/u.test(segment);

/** Returns the words of a text that the model reads at least in part. */
function wordsOf(text: string, { offsets, sequenceIds }: Encoding, sequence: 0 | 1): Word[] {
  const segments = new Intl.Segmenter('en', { granularity: 'word' }).segment(text);
  return Array.from(segments).flatMap(({ segment, index: start }): Word[] => {
    if (!isWord(segment)) return [];
    // Unicode counts a narrow no-break space, as before a percent sign, as part of the number. It is not part of the word.
    const text = segment.trimEnd();
    const end = start + text.length;
    const positions = offsets.flatMap(([from, to], position) =>
      sequenceIds[position] === sequence && from < end && to > start ? [position] : [],
    );
    return positions.length > 0 ? [{ text, start, end, positions }] : [];
  });
}

/** Returns the words of a text, or phrases of equally many words if there are more than `maxWords` words. */
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

/** Returns a function that gives the options for each of several calls, with progress over all of them together. */
function withProgress(options: ExplainOptions, total: number): (rows: number) => ExplainOptions {
  const { onProgress } = options;
  let before = 0;
  return (rows) => {
    const done = before;
    before += rows;
    return { ...options, onProgress: onProgress && ((more) => onProgress(done + more, total)) };
  };
}

/** Masks the tokens of some words. */
function hide(encoding: Encoding, ...words: readonly (Word | undefined)[]): Encoding {
  const hidden = new Set(words.flatMap((word) => word?.positions ?? []));
  return { ...encoding, attentionMask: encoding.attentionMask.map((seen, at) => (hidden.has(at) ? 0 : seen)) };
}

/** Returns how many parts of a sentence are tested in pairs. */
function pairedParts(words: readonly (readonly Word[])[]): number {
  // Phrases contain spaces. The narrow no-break space is excluded, because it groups the digits of a number.
  return words.flat().some(({ text }) => /[^\S\u202F]/u.test(text)) ? pairedPhrases : pairedWords;
}

/** Returns all pairs of the most influential words of each sentence. */
function pairsToLookAt(weights: readonly (readonly number[])[], most: number): Required<Hidden>[] {
  const [firsts = [], seconds = []] = weights.map((values) => largestIndices(values, most));
  return firsts.flatMap((first) => seconds.map((second) => ({ first, second })));
}

/** Computes the log-odds of a probability, finite even if rounding has made it 0 or 1. */
function logOdds(probability: number): number {
  const inside = Math.min(Math.max(probability, 1e-12), 1 - 1e-12);
  return Math.log(inside / (1 - inside));
}
