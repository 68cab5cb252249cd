/** Sequence classification. */
import type { AlbertConfig, ScoreFunction } from '@albert-web/core';
import { largestIndices, scoreFunction, sigmoid, softmax } from '@albert-web/core';
import { InvalidArgumentError, whole, type Rules } from '@albert-web/errors';
import type { TextInput } from '@albert-web/tokenizer';
import type { EarlyExit } from '../engine/early-exit.ts';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { Exit, ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { earlyExit, manyOptions, textsOrPairs, type TaskSignature } from '../signatures.ts';

/** A class and its score: how likely it is, or for a regression the predicted number. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
  /** Number of layers after which the verdict had settled; with `earlyExit`. */
  readonly depth?: number;
}

/** Options of `classify`. */
export interface ClassifyOptions extends ManyOptions {
  /** Number of classes to return, most likely first. Default: all. */
  readonly topK?: number | undefined;
  /** Stop each input as soon as its likeliest class (for multi-label models: its set of likely classes) has settled. */
  readonly earlyExit?: EarlyExit | undefined;
}

/** The signature of `classify`. */
export const classifySignature: TaskSignature<'classify'> = {
  arguments: { inputs: textsOrPairs },
  options: { ...manyOptions, topK: whole(1), earlyExit } satisfies Rules<Required<ClassifyOptions>>,
};

/** Returns the classes of each text or pair, most likely first. @throws UnsupportedTaskError, InvalidArgumentError */
export async function classify(
  session: Session,
  inputs: readonly TextInput[],
  { topK, earlyExit, ...options }: ClassifyOptions = {},
): Promise<LabelScore[][]> {
  requireTask(factsOf(session), 'classify');
  const exit = earlyExit && { ...earlyExit, verdictOf: settledClasses(session) };
  const results = await session.run(inputs, { ...options, ...(exit && { exit }) });
  return results.map(({ outputs, depth }) =>
    rank(session, valuesOf(outputs, 'logits'))
      .slice(0, topK)
      .map((score) => ({ ...score, ...(depth !== undefined && { depth }) })),
  );
}

/**
 * Returns the verdict that must settle: the likeliest class, or all that are likelier than not.
 *
 * @throws InvalidArgumentError
 */
function settledClasses(session: Session): Exit['verdictOf'] {
  const { config } = session;
  if (scoreFunction(config) === 'none') {
    throw new InvalidArgumentError({
      problem: 'A regression model was asked for an early exit',
      expected: 'Expected a model with classes, whose verdict can settle',
      remedy: 'Leave earlyExit out',
    });
  }
  const several = scoreFunction(config) === 'sigmoid';
  return ([outputs = {}]) => {
    const ranked = rank(session, valuesOf(outputs, 'logits'));
    const settled = several ? ranked.filter(({ score }) => score >= 0.5) : ranked.slice(0, 1);
    return settled
      .map(({ label }) => label)
      .sort()
      .join('\n');
  };
}

/** Returns the scores of all classes, highest first, as transformers' `TextClassificationPipeline` does. */
function rank({ config }: Session, logits: Float32Array): LabelScore[] {
  const scores = score[scoreFunction(config)](logits);
  return largestIndices(scores, scores.length).map((index) => ({
    label: labelOf(config, index),
    score: scores[index] ?? NaN,
  }));
}

const score: Readonly<Record<ScoreFunction, (logits: Float32Array) => ArrayLike<number>>> = {
  none: (logits) => logits,
  sigmoid: (logits) => Array.from(logits, sigmoid),
  softmax,
  tanh: (logits) => Array.from(logits, Math.tanh),
};

/** Returns the name of a class. */
export function labelOf({ id2label }: AlbertConfig, index: number): string {
  return id2label[index] ?? `LABEL_${index}`;
}
