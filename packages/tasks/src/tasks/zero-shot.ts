/** Classes the model was not trained for, by a classifier of natural language inference. */
import { flag, listOf, text, type Rules } from '@albert-web/errors';
import { inferenceClasses, largestIndices, softmax } from '@albert-web/core';
import type { LabelScore } from './classify.ts';
import { factsOf, requireTask } from '../engine/refusals.ts';
import type { ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { manyOptions, texts, type TaskSignature } from '../signatures.ts';

/** How texts are classified by labels of the caller's. */
export interface ZeroShotOptions extends ManyOptions {
  /** What each label is put into, in place of `{}`. Default `This example is {}.` */
  readonly hypothesisTemplate?: string | undefined;
  /** Whether several labels may hold: each is judged by itself then, and the scores no longer sum to 1. Default false. */
  readonly multiLabel?: boolean | undefined;
}

/** What `classifyZeroShot` takes. */
export const zeroShotSignature: TaskSignature<'classifyZeroShot'> = {
  arguments: { texts, labels: listOf(text, 1) },
  options: {
    ...manyOptions,
    hypothesisTemplate: { expected: 'a text with {} in it', accepts: (value) => /\{\}/u.test(String(value)) },
    multiLabel: flag,
  } satisfies Rules<Required<ZeroShotOptions>>,
};

/**
 * The labels for each text, most likely first: how sure the model is that the text entails the hypothesis made of a label.
 *
 * Source: Yin et al. 2019, "Benchmarking Zero-shot Text Classification"; the rules of transformers'
 * `ZeroShotClassificationPipeline`, but that the classes must be named.
 *
 * @throws UnsupportedTaskError unless the model is a classifier with a class `entailment`
 */
export async function classifyZeroShot(
  session: Session,
  texts: readonly string[],
  labels: readonly string[],
  { hypothesisTemplate = 'This example is {}.', multiLabel = false, onProgress, ...options }: ZeroShotOptions = {},
): Promise<LabelScore[][]> {
  requireTask(factsOf(session), 'classifyZeroShot');
  const { entailment = NaN, contradiction = NaN } = inferenceClasses(session.config) ?? {};
  const pairs = texts.flatMap((text) =>
    labels.map((label) => [text, hypothesisTemplate.replace('{}', () => label)] as const),
  );
  // A text too long is cut, its hypothesis never.
  const results = await session.runRows(session.tokenize(pairs, { truncation: 'only_first' }), {
    ...options,
    onProgress: onProgress && ((done) => onProgress(Math.floor(done / labels.length), texts.length)),
  });
  const logits = results.map(({ outputs }) => valuesOf(outputs, 'logits'));
  return texts.map((_, index) => {
    const own = logits.slice(index * labels.length, (index + 1) * labels.length);
    const scores =
      multiLabel || labels.length === 1
        ? own.map((row) => softmax([row[entailment] ?? 0, row[contradiction] ?? 0])[0] ?? 0)
        : softmax(own.map((row) => row[entailment] ?? 0));
    return largestIndices(scores, labels.length).map((best) => ({
      label: labels[best] ?? '',
      score: scores[best] ?? 0,
    }));
  });
}
