/** The table of forms: the formats in which models exist, and the outputs of the reference implementations. */
import { maxAbsDiff } from '@albert-web/testing';
import type { Albert } from '@albert-web/tasks';

/** Tables in `fixtures/forms`, one for each script that makes forms. */
export const formTables = [
  'forms.json',
  'onnx.json',
  'tensorflow.json',
  'adapters.json',
  'saved.json',
  'transformers-4.json',
  'transformers-5.json',
] as const;

/** One row of a table. */
export interface FormRow {
  /** How the model is stored. */
  readonly form: string;
  readonly head: string;
  /** Its folder or archive under `fixtures/forms`. */
  readonly folder: string;
  /** The folder of an adapter's base model. */
  readonly base?: string;
  /** Options of `load`. */
  readonly options?: { readonly weights?: string };
  /** Methods with their arguments and the reference's outputs. */
  readonly calls?: readonly (readonly [method: Method, args: readonly unknown[], expected: unknown])[];
  /** Name of the error with which loading fails. */
  readonly error?: string;
}

type Method = 'encode' | 'embed' | 'classify' | 'tag' | 'fillMask' | 'choose';

/**
 * Returns the largest difference between a model's outputs and the reference's.
 *
 * @throws Error if ids, labels or tokens differ, for which there is no tolerance
 */
export async function largestDifference(model: Albert, row: FormRow): Promise<number> {
  let largest = 0;
  for (const [method, args, expected] of row.calls ?? []) {
    const difference = await compare[method](model, args as never, expected as never);
    if (!(difference >= 0)) throw new Error(`${row.folder}: ${method} gives another kind of answer`);
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Comparisons by method. They return NaN if the outputs are not comparable. */
const compare = {
  encode: (model: Albert, args: [string], ids: number[]) =>
    model.tokenizer.encode(...args).ids.join() === ids.join() ? 0 : NaN,
  embed: async (model: Albert, args: [string[]], vectors: number[][]) => {
    const answers = await model.embed(...args);
    return maxAbsDiff(
      answers.flatMap((vector) => [...vector]),
      vectors.flat(),
    );
  },
  classify: async (model: Albert, args: [[[string, string]]], scores: Record<string, number>) => {
    const [answer = []] = await model.classify(...args);
    return maxAbsDiff(
      answer.map(({ score }) => score),
      answer.map(({ label }) => scores[label] ?? NaN),
    );
  },
  tag: async (model: Albert, args: [string[]], scores: number[]) => {
    const [answer = []] = await model.tag(...args);
    return maxAbsDiff(
      answer.map(({ score }) => score),
      scores,
    );
  },
  fillMask: async (model: Albert, args: [string, { topK: number }], [ids, scores]: [number[], number[]]) => {
    const [answer = []] = await model.fillMask(...args);
    if (answer.map(({ tokenId }) => tokenId).join() !== ids.join()) return NaN;
    return maxAbsDiff(
      answer.map(({ score }) => score),
      scores,
    );
  },
  choose: async (model: Albert, args: [string, string[]], probabilities: number[]) => {
    const answer = await model.choose(...args);
    return maxAbsDiff(answer.scores, probabilities);
  },
} as const satisfies Record<Method, unknown>;
