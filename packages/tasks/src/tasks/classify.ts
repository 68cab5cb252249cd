/** Sequence classification. */
import type { AlbertConfig } from '@albert-web/core';
import { largestIndices, numLabels, sigmoid, softmax } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import type { TextInput } from '@albert-web/tokenizer';
import type { EarlyExit } from '../engine/early-exit.ts';
import { wrongHead } from '../engine/refusals.ts';
import type { Exit, ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';

/** A class and how likely it is; for a regression model, `LABEL_0` and the predicted number. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
  /** After how many layers the verdict had settled; with `earlyExit`. */
  readonly depth?: number;
}

/** How texts are classified. */
export interface ClassifyOptions extends ManyOptions {
  /** Classes to give, most likely first. Default: all. */
  readonly topK?: number | undefined;
  /** Stop each input as soon as its likeliest class, or its set of likely ones, has settled. */
  readonly earlyExit?: EarlyExit | undefined;
}

/** The classes of each text or pair, most likely first. @throws UnsupportedTaskError, InvalidArgumentError */
export async function classify(
  session: Session,
  inputs: readonly TextInput[],
  { topK, earlyExit, ...options }: ClassifyOptions = {},
): Promise<LabelScore[][]> {
  if (session.head !== 'sequence_classification')
    throw wrongHead(session, 'classify texts', 'AlbertForSequenceClassification');
  const exit = earlyExit && { ...earlyExit, verdictOf: settledClasses(session) };
  const results = await session.run(inputs, { ...options, ...(exit && { exit }) });
  return results.map(({ outputs, depth }) =>
    rank(session, valuesOf(outputs, 'logits'))
      .slice(0, topK)
      .map((score) => ({ ...score, ...(depth !== undefined && { depth }) })),
  );
}

/** The verdict that has to settle: the likeliest class, or all that are likelier than not. @throws InvalidArgumentError */
function settledClasses(session: Session): Exit['verdictOf'] {
  const { config } = session;
  if (isRegression(config)) {
    throw new InvalidArgumentError({
      problem: 'A regression model was asked for an early exit',
      expected: 'Expected a model with classes, whose verdict can settle',
      remedy: 'Leave earlyExit out',
    });
  }
  const several = config.problem_type === 'multi_label_classification';
  return ([outputs = {}]) => {
    const ranked = rank(session, valuesOf(outputs, 'logits'));
    const settled = several ? ranked.filter(({ score }) => score >= 0.5) : ranked.slice(0, 1);
    return settled
      .map(({ label }) => label)
      .sort()
      .join('\n');
  };
}

function rank({ config }: Session, logits: Float32Array): LabelScore[] {
  if (isRegression(config)) {
    return Array.from(logits, (score, index) => ({ label: labelOf(config, index), score }));
  }
  const scores = config.problem_type === 'multi_label_classification' ? Array.from(logits, sigmoid) : softmax(logits);
  return largestIndices(scores, scores.length).map((index) => ({
    label: labelOf(config, index),
    score: scores[index] ?? 0,
  }));
}

/** The name of a class. */
export function labelOf({ id2label }: AlbertConfig, index: number): string {
  return id2label[index] ?? `LABEL_${index}`;
}

function isRegression(config: AlbertConfig): boolean {
  return config.problem_type === 'regression' || numLabels(config) === 1;
}
