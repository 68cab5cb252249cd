/** Token classification, and entities formed by the tokens. */
import { listOf, oneOf, string, type Rules } from '@albert-web/errors';
import { largestIndices, numLabels, softmax } from '@albert-web/core';
import type { Encoding } from '@albert-web/tokenizer';
import { labelOf, type LabelScore } from './classify.ts';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { manyOptions, texts, type TaskSignature } from '../signatures.ts';

/** A token and its class; with `aggregation`, an entity and its label without `B-` or `I-`. */
export interface TaggedToken extends LabelScore {
  /** The piece, or the text of an entity. */
  readonly token: string;
  /** `[start, end)` in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Options of `tag`. */
export interface TagOptions extends ManyOptions {
  /**
   * `simple` joins neighboring tokens of an entity. `first`, `average` and `max` first give all tokens of a word the same
   * scores: those of its first token, the mean of all, or those of the token with the highest score. Default `none`.
   */
  readonly aggregation?: 'none' | 'simple' | 'first' | 'average' | 'max' | undefined;
  /** Labels that are left out, such as `O`. Default: none. */
  readonly ignoreLabels?: readonly string[] | undefined;
}

/** The signature of `tag`. */
export const tagSignature: TaskSignature<'tag'> = {
  arguments: { texts },
  options: {
    ...manyOptions,
    aggregation: oneOf(['none', 'simple', 'first', 'average', 'max']),
    ignoreLabels: listOf(string),
  } satisfies Rules<Required<TagOptions>>,
};

/**
 * Returns the class of every token of each text, or its entities.
 *
 * Source: transformers' `TokenClassificationPipeline`. The prefixes `E-` and `S-` are supported in addition to `B-` and `I-`.
 *
 * @throws UnsupportedTaskError
 */
export async function tag(
  session: Session,
  texts: readonly string[],
  { aggregation = 'none', ignoreLabels = [], ...options }: TagOptions = {},
): Promise<TaggedToken[][]> {
  requireTask(factsOf(session), 'tag');
  const { config } = session;
  const results = await session.run(texts, options);
  return results.map(({ encoding, outputs }, index) => {
    const tokens = tokensOf(encoding, valuesOf(outputs, 'logits'), numLabels(config));
    const words = aggregation === 'none' || aggregation === 'simple' ? tokens : wordsOf(tokens).map(agree[aggregation]);
    const tagged = words.map(({ token, start, end, scores }): TaggedToken => {
      const [best = 0] = largestIndices(scores, 1);
      return { token, start, end, label: labelOf(config, best), score: scores[best] ?? 0 };
    });
    const found = aggregation === 'none' ? tagged : entitiesOf(tagged, texts[index] ?? '');
    return found.filter(({ label }) => !ignoreLabels.includes(label));
  });
}

/** A token or a word, with the probability of every class. */
interface Scored extends Pick<TaggedToken, 'token' | 'start' | 'end'> {
  readonly scores: readonly number[];
  /** Whether a word begins here. */
  readonly begins: boolean;
}

/** Returns the tokens of the text, without special tokens. */
function tokensOf({ tokens, offsets, sequenceIds }: Encoding, logits: Float32Array, labels: number): Scored[] {
  // SentencePiece marks pieces that begin words, WordPiece those that continue words.
  const begins = tokens.some((token) => token.startsWith('▁'))
    ? (token: string) => token.startsWith('▁')
    : (token: string) => !token.startsWith('##');
  return tokens.flatMap((token, index): Scored[] => {
    if (sequenceIds[index] !== 0) return [];
    const [start, end] = offsets[index] ?? [0, 0];
    const scores = softmax(logits.subarray(index * labels, (index + 1) * labels));
    return [{ token, start, end, scores, begins: begins(token) }];
  });
}

type Word = readonly [Scored, ...Scored[]];

function wordsOf(tokens: readonly Scored[]): Word[] {
  const words: [Scored, ...Scored[]][] = [];
  for (const token of tokens) {
    const word = token.begins ? undefined : words.at(-1);
    if (word) word.push(token);
    else words.push([token]);
  }
  return words;
}

/** Joins the tokens of a word, with the same scores for all. */
const agree = {
  first: (word: Word) => joined(word, word[0].scores),
  average: (word: Word) =>
    joined(
      word,
      word[0].scores.map((_, label) => mean(word.map(({ scores }) => scores[label] ?? 0))),
    ),
  max: (word: Word) =>
    joined(word, word.reduce((a, b) => (Math.max(...b.scores) > Math.max(...a.scores) ? b : a)).scores),
};

function joined(word: Word, scores: readonly number[]): Scored {
  return { ...word[0], end: word.at(-1)?.end ?? word[0].end, scores };
}

/** Joins neighboring tokens of an entity: its text, and the mean of their scores. */
function entitiesOf(tagged: readonly TaggedToken[], text: string): TaggedToken[] {
  return groupEntities(tagged).map(({ label, parts }) => {
    const start = parts[0]?.start ?? 0;
    const end = parts.at(-1)?.end ?? start;
    return { token: text.slice(start, end), start, end, label, score: mean(parts.map(({ score }) => score)) };
  });
}

/** Groups neighboring tokens of an entity, by the prefixes `B-`, `I-`, `E-` and `S-` of their labels. */
export function groupEntities<Part extends Pick<TaggedToken, 'label'>>(
  tagged: readonly Part[],
): { readonly label: string; readonly parts: readonly Part[] }[] {
  const entities: { readonly label: string; readonly parts: Part[]; open: boolean }[] = [];
  for (const part of tagged) {
    const [, prefix = 'I', label = part.label] = /^([BIES])-(.*)$/u.exec(part.label) ?? [];
    const last = entities.at(-1);
    if (last?.open && last.label === label && prefix !== 'B' && prefix !== 'S') {
      last.parts.push(part);
      last.open = prefix !== 'E';
    } else {
      entities.push({ label, parts: [part], open: prefix !== 'S' });
    }
  }
  return entities;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
