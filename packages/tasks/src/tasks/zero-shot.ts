/** Classes the model was not trained for, by a classifier of natural language inference. */
import type { AlbertConfig } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import type { LabelScore } from './classify.ts';
import { UnsupportedTaskError } from '../errors.ts';
import { largestIndices, softmax } from '@albert-web/core';
import { refuseEmpty, wrongHead } from '../engine/refusals.ts';
import type { ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';

/** How texts are classified by labels of the caller's. */
export interface ZeroShotOptions extends ManyOptions {
  /** What each label is put into, in place of `{}`. Default `This example is {}.` */
  readonly hypothesisTemplate?: string | undefined;
  /** Whether several labels may hold: each is judged by itself then, and the scores no longer sum to 1. Default false. */
  readonly multiLabel?: boolean | undefined;
}

/**
 * The labels for each text, most likely first: how sure the model is that the text entails the hypothesis made of a label.
 *
 * Source: Yin et al. 2019, "Benchmarking Zero-shot Text Classification"; the rules of transformers'
 * `ZeroShotClassificationPipeline`, but that the classes must be named.
 *
 * @throws UnsupportedTaskError unless the model is a classifier with a class `entailment`, InvalidArgumentError
 */
export async function classifyZeroShot(
  session: Session,
  texts: readonly string[],
  labels: readonly string[],
  { hypothesisTemplate = 'This example is {}.', multiLabel = false, onProgress, ...options }: ZeroShotOptions = {},
): Promise<LabelScore[][]> {
  const { entailment, contradiction } = inferenceClasses(session);
  [...texts, ...labels].forEach(refuseEmpty);
  if (!hypothesisTemplate.includes('{}') || labels.length === 0) {
    throw new InvalidArgumentError({
      problem: labels.length === 0 ? 'There are no labels' : `The template "${hypothesisTemplate}" has no {}`,
      remedy: 'Give at least one label, and a template with {} where it goes',
    });
  }
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

/** Which classes say that one text follows from the other, and that it does not. @throws UnsupportedTaskError */
function inferenceClasses(session: Session): { readonly entailment: number; readonly contradiction: number } {
  const needs = 'AlbertForSequenceClassification with the classes entailment and contradiction, or not_entailment';
  if (session.head !== 'sequence_classification') throw wrongHead(session, 'classify zero-shot', needs);
  const { config } = session;
  const entailment = classNamed(config, /^entail/iu);
  const contradiction = classNamed(config, /^(contradict|not[_ ]entail)/iu);
  if (entailment !== undefined && contradiction !== undefined) return { entailment, contradiction };
  const names = Object.values(config.id2label).join(', ');
  throw new UnsupportedTaskError('classify zero-shot', `a classifier of ${names || 'unnamed classes'}`, needs);
}

function classNamed({ id2label }: AlbertConfig, name: RegExp): number | undefined {
  const found = Object.entries(id2label).find(([, label]) => name.test(label));
  return found && Number(found[0]);
}
