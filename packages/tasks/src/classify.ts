/** Sequence classification and token classification. */
import { numLabels } from '@albert-web/core';
import type { TextInput } from '@albert-web/tokenizer';
import { UnsupportedTaskError } from './errors.ts';
import { valuesOf } from './paraphrase.ts';
import { largestIndices, sigmoid, softmax } from './probabilities.ts';
import type { ManyOptions, Session } from './session.ts';

/** A class and how likely it is; for a regression model, `LABEL_0` and the predicted number. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/** A token and its class. */
export interface TaggedToken extends LabelScore {
  readonly token: string;
  /** `[start, end)` in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Every class of each text or pair, most likely first. @throws UnsupportedTaskError */
export async function classify(
  session: Session,
  inputs: readonly TextInput[],
  options: ManyOptions = {},
): Promise<LabelScore[][]> {
  if (session.head !== 'sequence_classification')
    throw wrongHead(session, 'classify texts', 'AlbertForSequenceClassification');
  const results = await session.run(inputs, options);
  return results.map(({ outputs }) => rank(session, valuesOf(outputs, 'logits')));
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
  if (config.problem_type === 'regression' || logits.length === 1) {
    return Array.from(logits, (score, index) => ({ label: name(index), score }));
  }
  const scores = config.problem_type === 'multi_label_classification' ? Array.from(logits, sigmoid) : softmax(logits);
  return largestIndices(scores, scores.length).map((index) => ({ label: name(index), score: scores[index] ?? 0 }));
}
