/** Zero-shot classification, with a classifier for natural language inference (NLI). */
import { flag, listOf, text, type Rules } from '@albert-web/errors';
import { inferenceClasses, largestIndices, softmax } from '@albert-web/core';
import type { LabelScore } from './classify.ts';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { manyOptions, texts, type TaskSignature } from '../signatures.ts';

/** Options of `classifyZeroShot`. */
export interface ZeroShotOptions extends ManyOptions {
  /** The template of the hypotheses. Each label replaces its `{}`. Default `This example is {}.` */
  readonly hypothesisTemplate?: string | undefined;
  /** Whether several labels may be true. Each is then judged independently, and the scores do not sum to 1. Default false. */
  readonly multiLabel?: boolean | undefined;
}

/** The signature of `classifyZeroShot`. */
export const zeroShotSignature: TaskSignature<'classifyZeroShot'> = {
  arguments: { texts, labels: listOf(text, 1) },
  options: {
    ...manyOptions,
    hypothesisTemplate: { expected: 'a text with {} in it', accepts: (value) => /\{\}/u.test(String(value)) },
    multiLabel: flag,
  } satisfies Rules<Required<ZeroShotOptions>>,
};

/**
 * Returns the labels for each text, most likely first. The score of a label is how likely the text entails its hypothesis.
 *
 * Source: Yin et al. 2019, "Benchmarking Zero-shot Text Classification", and transformers'
 * `ZeroShotClassificationPipeline`. Unlike there, the model's classes must have names.
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
  // If a pair is too long, only the text is truncated, never the hypothesis.
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
