/** Pairs of segments for sentence-order prediction (paper, section 3.1; `create_pretraining_data.py`). */
import type { Tokenizer } from '@albert-web/tokenizer';
import { InvalidArgumentError } from '@albert-web/errors';
import { deriveKey, RandomStream } from '../random.ts';
import { padSequences, type Sequence } from '../data/features.ts';
import type { TrainingBatch } from '../targets.ts';
import type { Document } from './documents.ts';
import { wordStarts } from './documents.ts';
import { maskSequence, type MaskingOptions, type MaskingVocabulary } from './masking.ts';

/** One training instance, without padding. */
export interface PretrainingInstance extends Sequence {
  readonly positions: readonly number[];
  readonly labels: readonly number[];
  /** 1 if the segments are swapped, or the second comes from another document. */
  readonly swapped: 0 | 1;
}

/** The original's flags. */
export interface InstanceOptions extends MaskingOptions {
  readonly maxSeqLength: number;
  /** Fraction of the documents that are split into shorter sequences. */
  readonly shortSeqProb: number;
  /** Whether negative pairs take their second segment from another document (BERT) instead of being swapped (ALBERT). */
  readonly randomNextSentence: boolean;
  readonly seed: number;
}

/** What the instances need of the tokenizer. */
type InstanceVocabulary = MaskingVocabulary & Pick<Tokenizer, 'secondTypeId'>;

/** Number of recent documents from which random second segments are taken. Keeps memory bounded for any text. */
const recentDocuments = 256;

/**
 * Creates the instances of all documents for one pass. They depend only on the seed, the pass and the documents.
 *
 * @param pass index of the repetition (`dupe_factor`); each pass has its own masks and pairs
 */
export async function* createInstances(
  documents: AsyncIterable<Document>,
  tokenizer: Tokenizer,
  options: InstanceOptions,
  pass: number,
): AsyncGenerator<PretrainingInstance> {
  if (options.maxSeqLength < 8) {
    throw new InvalidArgumentError({
      problem: `maxSeqLength is ${options.maxSeqLength}`,
      expected: 'Expected at least 8',
      remedy: 'Raise it',
    });
  }
  const { special, vocabSize: size, secondTypeId } = tokenizer;
  const vocabulary: InstanceVocabulary = { special, size, secondTypeId, startsWord: wordStarts(tokenizer) };
  const recent: Document[] = [];
  let index = 0;
  for await (const document of documents) {
    const random = new RandomStream(deriveKey(options.seed, pass, index++));
    yield* documentInstances(document, recent, vocabulary, options, random);
    recent.push(document);
    if (recent.length > recentDocuments) recent.shift();
  }
}

function* documentInstances(
  document: Document,
  others: readonly Document[],
  vocabulary: InstanceVocabulary,
  options: InstanceOptions,
  random: RandomStream,
): Generator<PretrainingInstance> {
  const most = options.maxSeqLength - 3; // [CLS], [SEP], [SEP]
  const target = random.uniform() < options.shortSeqProb ? random.integer(2, most) : most;
  let chunk: (readonly number[])[] = [];
  let length = 0;
  for (let index = 0; index < document.length; index++) {
    const sentence = document[index] ?? [];
    chunk.push(sentence);
    length += sentence.length;
    if (index < document.length - 1 && length < target) continue;
    const pair = pairSegments(chunk, target, others.length > 0 ? others : [document], options, random);
    // Reuse sentences that were replaced by another document.
    index -= pair.unused;
    const [a, b] = truncatePair(pair.a, pair.b, most, random);
    yield assemble(a, b, pair.swapped, vocabulary, options, random);
    chunk = [];
    length = 0;
  }
}

interface SegmentPair {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly swapped: 0 | 1;
  /** Number of sentences at the end of the chunk that were not used. */
  readonly unused: number;
}

function pairSegments(
  chunk: readonly (readonly number[])[],
  target: number,
  others: readonly Document[],
  { randomNextSentence }: InstanceOptions,
  random: RandomStream,
): SegmentPair {
  const split = chunk.length >= 2 ? random.integer(1, chunk.length - 1) : 1;
  const a = chunk.slice(0, split).flat();
  if (chunk.length === 1 || (randomNextSentence && random.uniform() < 0.5)) {
    const b = randomSegment(others, target - a.length, random);
    return { a, b, swapped: 1, unused: chunk.length - split };
  }
  const b = chunk.slice(split).flat();
  if (!randomNextSentence && random.uniform() < 0.5) return { a: b, b: a, swapped: 1, unused: 0 };
  return { a, b, swapped: 0, unused: 0 };
}

/** Takes consecutive sentences from a random position in a random document, until there are at least `target` tokens. */
function randomSegment(documents: readonly Document[], target: number, random: RandomStream): number[] {
  const document = documents[random.integer(0, documents.length - 1)] ?? [];
  const tokens: number[] = [];
  for (let index = random.integer(0, document.length - 1); index < document.length; index++) {
    tokens.push(...(document[index] ?? []));
    if (tokens.length >= target) break;
  }
  return tokens;
}

/** Shortens the longer segment, at a random end, until both fit. */
function truncatePair(
  a: readonly number[],
  b: readonly number[],
  most: number,
  random: RandomStream,
): [readonly number[], readonly number[]] {
  const inA: Bounds = { start: 0, end: a.length };
  const inB: Bounds = { start: 0, end: b.length };
  const size = ({ start, end }: Bounds): number => end - start;
  while (size(inA) + size(inB) > most) {
    const longer = size(inA) > size(inB) ? inA : inB;
    if (random.uniform() < 0.5) longer.start++;
    else longer.end--;
  }
  return [a.slice(inA.start, inA.end), b.slice(inB.start, inB.end)];
}

interface Bounds {
  start: number;
  end: number;
}

function assemble(
  a: readonly number[],
  b: readonly number[],
  swapped: 0 | 1,
  vocabulary: InstanceVocabulary,
  options: InstanceOptions,
  random: RandomStream,
): PretrainingInstance {
  const { cls, sep } = vocabulary.special;
  const masked = maskSequence([cls, ...a, sep, ...b, sep], vocabulary, options, random);
  const typeIds = masked.ids.map((_, position) => (position < a.length + 2 ? 0 : vocabulary.secondTypeId));
  return { ids: masked.ids, typeIds, positions: masked.positions, labels: masked.labels, swapped };
}

/** Creates a batch for the pretraining head. */
export function pretrainingBatch(instances: readonly PretrainingInstance[]): TrainingBatch {
  const inputs = padSequences(instances);
  const length = inputs.inputIds[0]?.length ?? 0;
  return {
    inputs,
    targets: {
      kind: 'pretraining',
      places: instances.flatMap(({ positions }, row) => positions.map((position) => row * length + position)),
      ids: instances.flatMap(({ labels }) => labels),
      swapped: instances.map(({ swapped }) => swapped),
    },
  };
}
