/** Multiple choice and sentence-order prediction. */
import { listOf, text } from '@albert-web/errors';
import { softmax } from '@albert-web/core';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { CallOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { callOptions, type TaskSignature } from '../signatures.ts';

/** The likeliest of several continuations or answers. */
export interface Choice {
  /** Index of the likeliest choice. */
  readonly choice: number;
  /** Probability of each choice, in the given order. */
  readonly scores: readonly number[];
}

/** The signature of `choose`. */
export const chooseSignature: TaskSignature<'choose'> = {
  arguments: { prompt: text, choices: listOf(text, 2) },
  options: callOptions,
};

/** Chooses the choice that best fits the prompt. @throws UnsupportedTaskError */
export async function choose(
  session: Session,
  prompt: string,
  choices: readonly string[],
  options: CallOptions = {},
): Promise<Choice> {
  requireTask(factsOf(session), 'choose');
  // Each choice is a row of its own with one logit. The softmax over the choices is computed here.
  const results = await session.run(
    choices.map((choice) => [prompt, choice] as const),
    options,
  );
  const scores = softmax(results.map(({ outputs }) => valuesOf(outputs, 'logits')[0] ?? 0));
  return { choice: scores.indexOf(Math.max(...scores)), scores };
}

/** Whether two segments are in the given order, by the pretraining head for sentence order (paper, section 3.1). */
export interface SentenceOrder {
  /** Whether the first comes before the second. */
  readonly inOrder: boolean;
  /** Probability of the given order. */
  readonly probability: number;
}

/** The signature of `sentenceOrder`. */
export const sentenceOrderSignature: TaskSignature<'sentenceOrder'> = {
  arguments: { first: text, second: text },
  options: callOptions,
};

/** @throws UnsupportedTaskError */
export async function sentenceOrder(
  session: Session,
  first: string,
  second: string,
  options: CallOptions = {},
): Promise<SentenceOrder> {
  requireTask(factsOf(session), 'sentenceOrder');
  const [result] = await session.run([[first, second]], options);
  // Label 0 is "in order", 1 "swapped" (google-research/albert, create_pretraining_data.py).
  const [probability = 0] = softmax(valuesOf(result?.outputs ?? {}, 'sop_logits'));
  return { inOrder: probability >= 0.5, probability };
}
