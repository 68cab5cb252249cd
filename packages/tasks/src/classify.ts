/** Sequence classification and token classification. */
import type { AlbertConfig } from '@albert-web/core';
import { numLabels } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import type { TextInput } from '@albert-web/tokenizer';
import type { EarlyExit } from './early-exit.ts';
import { UnsupportedTaskError } from './errors.ts';
import { valuesOf } from './paraphrase.ts';
import { largestIndices, sigmoid, softmax } from './probabilities.ts';
import type { Exit, ManyOptions, Session } from './session.ts';

/** A class and how likely it is; for a regression model, `LABEL_0` and the predicted number. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
  /** After how many layers the verdict had settled; with `earlyExit`. */
  readonly depth?: number;
}

/** How texts are classified. */
export interface ClassifyOptions extends ManyOptions {
  /** Stop each input as soon as its likeliest class, or its set of likely ones, has settled. */
  readonly earlyExit?: EarlyExit | undefined;
}

/** A token and its class. */
export interface TaggedToken extends LabelScore {
  readonly token: string;
  /** `[start, end)` in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Every class of each text or pair, most likely first. @throws UnsupportedTaskError, InvalidArgumentError */
export async function classify(
  session: Session,
  inputs: readonly TextInput[],
  options: ClassifyOptions = {},
): Promise<LabelScore[][]> {
  if (session.head !== 'sequence_classification')
    throw wrongHead(session, 'classify texts', 'AlbertForSequenceClassification');
  const { earlyExit } = options;
  const exit = earlyExit && { ...earlyExit, verdictOf: settledClasses(session) };
  const results = await session.run(inputs, { ...options, ...(exit && { exit }) });
  return results.map(({ outputs, depth }) =>
    rank(session, valuesOf(outputs, 'logits')).map((score) => ({ ...score, ...(depth !== undefined && { depth }) })),
  );
}

/** The verdict that has to settle: the likeliest class, or all that are likelier than not. @throws InvalidArgumentError */
function settledClasses(session: Session): Exit['verdictOf'] {
  const { config } = session.parts;
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

/** The most likely class of every token of each text. @throws UnsupportedTaskError */
export async function tag(
  session: Session,
  texts: readonly string[],
  options: ManyOptions = {},
): Promise<TaggedToken[][]> {
  if (session.head !== 'token_classification') throw wrongHead(session, 'tag tokens', 'AlbertForTokenClassification');
  const labels = numLabels(session.parts.config);
  const results = await session.run(texts, options);
  return results.map(({ encoding, outputs }) => {
    const logits = valuesOf(outputs, 'logits');
    return encoding.tokens.flatMap((token, index): TaggedToken[] => {
      if (encoding.sequenceIds[index] !== 0) return [];
      const [best] = rank(session, logits.subarray(index * labels, (index + 1) * labels));
      const [start, end] = encoding.offsets[index] ?? [0, 0];
      return best ? [{ token, start, end, ...best }] : [];
    });
  });
}

/** The refusal of a task the model has no head for. */
export function wrongHead(session: Session, task: string, needs: string): UnsupportedTaskError {
  const has = session.parts.sentence ? 'a sentence encoder' : `an ALBERT with the head ${session.head}`;
  return new UnsupportedTaskError(task, has, needs);
}

function rank({ parts: { config } }: Session, logits: Float32Array): LabelScore[] {
  const name = (index: number): string => config.id2label[index] ?? `LABEL_${index}`;
  if (isRegression(config)) {
    return Array.from(logits, (score, index) => ({ label: name(index), score }));
  }
  const scores = config.problem_type === 'multi_label_classification' ? Array.from(logits, sigmoid) : softmax(logits);
  return largestIndices(scores, scores.length).map((index) => ({ label: name(index), score: scores[index] ?? 0 }));
}

function isRegression(config: AlbertConfig): boolean {
  return config.problem_type === 'regression' || numLabels(config) === 1;
}
