/** Decides whether two sentences mean the same, with a cross-encoder or a sentence encoder, whichever the model is. */
import { flag, listOf, text, type Rule, type Rules } from '@albert-web/errors';
import type { AlbertConfig } from '@albert-web/core';
import { hasUnnamedClasses, labelNames, numLabels, paraphraseClass, sigmoid, softmax } from '@albert-web/core';
import { unknownPieces, type Encoding, type UnknownPieces } from '@albert-web/tokenizer';
import type { Calibration } from './calibration.ts';
import { neutralCalibration } from './calibration.ts';
import { otherLanguage, wholeWords } from './language.ts';
import { UnnamedClassesWarning } from '../errors.ts';
import type { EarlyExit } from '../engine/early-exit.ts';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { InputResult, ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { cosine } from '../engine/vectors.ts';
import { earlyExit, isPairOf, manyOptions, type Signature, type TaskSignature } from '../signatures.ts';

/** How a model compares two sentences: both in one input, or by one embedding each. */
export type ParaphraseMethod = 'cross-encoder' | 'sentence-encoder';

/** The verdict on a pair. */
export interface ParaphraseResult {
  /** Whether `probability` is at least one half. */
  readonly paraphrase: boolean;
  /** Probability that the two mean the same, from 0 to 1. */
  readonly probability: number;
  /**
   * Whether `probability` is so close to one half that the verdict is hardly better than a guess: between the two bounds of
   * `unsure` in `config.json`, by default 0.35 and 0.65.
   */
  readonly unsure: boolean;
  readonly method: ParaphraseMethod;
  /** Cosine of the two embeddings, from -1 to 1; sentence encoders only. */
  readonly similarity?: number;
  /** The pieces of each sentence as the model reads them, without special tokens. */
  readonly tokens: readonly [readonly string[], readonly string[]];
  /**
   * The parts of each sentence that the model cannot read. All unknown pieces look the same to it. If they are most of a
   * sentence (`share` over one half), the verdict says nothing about the sentence.
   */
  readonly unknownPieces: readonly [UnknownPieces, UnknownPieces];
  /**
   * The language of each sentence, as a BCP 47 tag, if it can be detected and is not listed by `language` in `config.json`.
   * It is `und` if nothing else is known about the language. The verdict is then likely to be wrong. Absent if there is no
   * such sentence.
   */
  readonly otherLanguages?: readonly [string | undefined, string | undefined];
  /** Whether a sentence was too long for the model and was truncated. */
  readonly truncated: boolean;
  /** `probability` if the model had stopped after 0, 1, 2, ... layers; with `everyLayer`. */
  readonly layers?: readonly number[];
  /** Number of layers after which the verdict had settled; with `earlyExit`. */
  readonly depth?: number;
}

/** Options of `paraphrase` and `paraphrases`. */
export interface ParaphraseOptions extends ManyOptions {
  /** Also judge after every layer: ALBERT's layers share their weights, so its verdict can be read at any depth. */
  readonly everyLayer?: boolean | undefined;
  /**
   * Stop each pair as soon as its verdict has settled. How much time and accuracy this costs or saves depends on the model:
   * the guide "Performance" has figures for the shipped ones. Not together with `everyLayer`.
   */
  readonly earlyExit?: EarlyExit | undefined;
}

const options = { ...manyOptions, everyLayer: flag, earlyExit } satisfies Rules<Required<ParaphraseOptions>>;

const pairOfTexts: Rule = {
  expected: 'a pair of texts that are not empty: [first, second]',
  accepts: (value) => isPairOf(text, value),
};

/** The signature of `paraphrase`. */
export const paraphraseSignature: TaskSignature<'paraphrase'> = { arguments: { a: text, b: text }, options };

/** The signature of `paraphrases`. */
export const paraphrasesSignature: Signature<'pairs'> = { arguments: { pairs: listOf(pairOfTexts) }, options };

/** A pair of sentences. */
export type SentencePair = readonly [string, string];

/**
 * Judges pairs, in their order.
 *
 * @throws UnsupportedTaskError, DisposedError, or the signal's reason.
 */
export async function paraphrase(
  session: Session,
  calibration: Calibration | undefined,
  pairs: readonly SentencePair[],
  options: ParaphraseOptions = {},
): Promise<ParaphraseResult[]> {
  requireTask(factsOf(session), 'paraphrase');
  switch (paraphraseMethod(session)) {
    case 'cross-encoder':
      return crossEncode(session, pairs, options);
    case 'sentence-encoder':
      return compareEmbeddings(session, calibration ?? neutralCalibration, pairs, options);
  }
}

/** Returns how a model judges paraphrases. */
export function paraphraseMethod({ inference }: Session): ParaphraseMethod {
  return inference.sentence ? 'sentence-encoder' : 'cross-encoder';
}

/** Returns a warning if verdicts of this model rely on the order of its classes, because their names say nothing. */
export function unnamedClassesWarning({ config, inference }: Session): UnnamedClassesWarning | undefined {
  if (inference.sentence || inference.head !== 'sequence_classification' || !hasUnnamedClasses(config))
    return undefined;
  const same = paraphraseClass(config);
  return same === undefined ? undefined : new UnnamedClassesWarning(labelNames(config)[same] ?? '');
}

async function crossEncode(
  session: Session,
  pairs: readonly SentencePair[],
  options: ParaphraseOptions,
): Promise<ParaphraseResult[]> {
  session.warn(unnamedClassesWarning(session));
  const positive = probabilityOf(session.config);
  const judge = (outputs: InputResult['outputs']): number => positive(valuesOf(outputs, 'logits'));
  const { earlyExit } = options;
  const results = await session.run(pairs, {
    ...options,
    ...(earlyExit && { exit: { ...earlyExit, verdictOf: ([pair = {}]) => isParaphrase(judge(pair)) } }),
  });
  return results.map((result, index) => {
    return {
      ...verdict(judge(result.outputs), session.config),
      ...(result.depth !== undefined && { depth: result.depth }),
      method: 'cross-encoder' as const,
      tokens: [piecesOf(result.encoding, 0), piecesOf(result.encoding, 1)] as const,
      unknownPieces: [unknownIn(session, result.encoding, 0), unknownIn(session, result.encoding, 1)] as const,
      ...otherLanguagesIn(session, pairs[index]),
      truncated: result.encoding.truncated,
      ...(result.layers && { layers: result.layers.map(judge) }),
    };
  });
}

async function compareEmbeddings(
  session: Session,
  { scale, bias }: Calibration,
  pairs: readonly SentencePair[],
  options: ParaphraseOptions,
): Promise<ParaphraseResult[]> {
  const { onProgress, earlyExit } = options;
  const similarityOf = (a: InputResult['outputs'], b: InputResult['outputs']): number =>
    cosine(valuesOf(a, 'sentence_embedding'), valuesOf(b, 'sentence_embedding'));
  const judge = (similarity: number): number => sigmoid(scale * similarity + bias);
  const results = await session.run(pairs.flat(), {
    ...options,
    // For early exit, the two sentences of a pair must run together. Otherwise each runs with others of similar length.
    ...(earlyExit && {
      group: 2,
      exit: { ...earlyExit, verdictOf: ([a = {}, b = {}]) => isParaphrase(judge(similarityOf(a, b))) },
    }),
    onProgress: onProgress && ((done, total) => onProgress(Math.floor(done / 2), total / 2)),
  });
  return pairs.map((pair, index) => {
    const [first, second] = results.slice(2 * index, 2 * index + 2) as [InputResult, InputResult];
    const similarity = similarityOf(first.outputs, second.outputs);
    return {
      ...verdict(judge(similarity), session.config),
      ...(first.depth !== undefined && { depth: first.depth }),
      method: 'sentence-encoder' as const,
      similarity,
      tokens: [piecesOf(first.encoding, 0), piecesOf(second.encoding, 0)] as const,
      unknownPieces: [unknownIn(session, first.encoding, 0), unknownIn(session, second.encoding, 0)] as const,
      ...otherLanguagesIn(session, pair),
      truncated: first.encoding.truncated || second.encoding.truncated,
      ...(first.layers && {
        layers: first.layers.map((layer, depth) => judge(similarityOf(layer, second.layers?.[depth] ?? layer))),
      }),
    };
  });
}

/** The default range of probabilities at which a model is unsure. */
const defaultUnsure = [0.35, 0.65] as const;

/** Whether a pair with this probability counts as a paraphrase. */
export function isParaphrase(probability: number): boolean {
  return probability >= 0.5;
}

/** Returns the verdict at a probability. */
function verdict(
  probability: number,
  { unsure: [from, to] = defaultUnsure }: Pick<AlbertConfig, 'unsure'>,
): Pick<ParaphraseResult, 'paraphrase' | 'probability' | 'unsure'> {
  return { paraphrase: isParaphrase(probability), probability, unsure: probability > from && probability < to };
}

/** Returns a function that computes the probability of "the same" from logits, by the class that means it. */
export function probabilityOf(config: AlbertConfig): (logits: Float32Array) => number {
  const index = paraphraseClass(config) ?? NaN;
  return numLabels(config) === 1
    ? (logits) => sigmoid(logits[index] ?? NaN)
    : (logits) => softmax(logits)[index] ?? NaN;
}

/** Returns the pieces of one of the texts. */
function piecesOf({ tokens, sequenceIds }: Encoding, sequence: 0 | 1): string[] {
  return tokens.filter((_, index) => sequenceIds[index] === sequence);
}

function unknownIn({ tokenizer }: Session, encoding: Encoding, sequence: 0 | 1): UnknownPieces {
  return unknownPieces(encoding, tokenizer.special.unk, sequence);
}

function otherLanguagesIn(
  { config: { language }, tokenizer }: Session,
  pair: SentencePair | undefined,
): Pick<ParaphraseResult, 'otherLanguages'> {
  if (!language || !pair) return {};
  const isWhole = wholeWords(tokenizer);
  const [a, b] = [otherLanguage(pair[0], language, isWhole), otherLanguage(pair[1], language, isWhole)];
  return a === undefined && b === undefined ? {} : { otherLanguages: [a, b] };
}
