import * as v from 'valibot';
import { checkJson, parseJson, wrongFormat, type JsonSource } from '../data/json.ts';
import { TrainingDataError } from '../errors.ts';

/** An answer and its position in the passage, in UTF-16 code units. */
export interface AnswerSpan {
  readonly text: string;
  readonly start: number;
}

/** A question about a passage. `answers` is empty if there are none or if they are unknown. */
export interface SquadExample {
  readonly id: string;
  readonly question: string;
  readonly context: string;
  readonly answers: readonly AnswerSpan[];
}

/** The questions of a file. */
export interface SquadData {
  /** Whether the file is SQuAD 2.0, where questions may have no answer. */
  readonly version2: boolean;
  readonly examples: readonly SquadExample[];
}

/** Some files use numbers as ids. Predictions are keyed by text. */
const questionId = v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))]);
/** -1 if there is no answer. */
const start = v.pipe(v.number(), v.safeInteger(), v.minValue(-1));
const questionSchema = v.object({
  id: questionId,
  question: v.string(),
  answers: v.nullish(v.array(v.object({ text: v.string(), answer_start: start }))),
  is_impossible: v.nullish(v.boolean()),
});
const officialSchema = v.object({
  data: v.array(v.object({ paragraphs: v.array(v.object({ context: v.string(), qas: v.array(questionSchema) })) })),
});
const flatSchema = v.object({
  data: v.array(
    v.object({
      id: questionId,
      question: v.string(),
      context: v.string(),
      answers: v.nullish(v.object({ text: v.array(v.string()), answer_start: v.array(start) })),
    }),
  ),
});
/** Schema of the common part of both layouts. */
const anySchema = v.object({
  version: v.optional(v.union([v.string(), v.number()])),
  data: v.array(v.looseObject({ paragraphs: v.optional(v.unknown()) })),
});

/**
 * Reads a SQuAD 1.1 or 2.0 file, in the official nested layout or Hugging Face's flat one. It is 2.0 if its `version` says so or if
 * it has `is_impossible`, which 1.1 lacks. A question without an answer does not make it 2.0.
 *
 * @param file file name for error messages
 * @throws TrainingDataError
 */
export function readSquad(text: string, file: string): SquadData {
  const source = { file, format: 'SQuAD file', expected: 'Expected the JSON of SQuAD 1.1 or 2.0' };
  const json = parseJson(text, source);
  const { version = '', data } = checkJson(anySchema, json, source);
  const isOfficial = data.some(({ paragraphs }) => paragraphs !== undefined);
  const { examples, knowsImpossible } = isOfficial ? readOfficial(json, source) : readFlat(json, source);
  if (examples.length === 0) throw wrongFormat(source, 'it contains no questions');
  return { version2: knowsImpossible || /^v?2/iu.test(String(version)), examples };
}

interface Layout {
  readonly examples: SquadExample[];
  readonly knowsImpossible: boolean;
}

function readOfficial(json: unknown, source: JsonSource): Layout {
  const { data } = checkJson(officialSchema, json, source);
  const questions = data.flatMap(({ paragraphs }, d) =>
    paragraphs.flatMap(({ context, qas }, p) =>
      qas.map((question, q) => ({ context, ...question, place: `data.${d}.paragraphs.${p}.qas.${q}` })),
    ),
  );
  return {
    knowsImpossible: questions.some((question) => (question.is_impossible ?? undefined) !== undefined),
    examples: questions.map(({ id, question, context, answers, is_impossible: isImpossible, place }) => ({
      id,
      question,
      context,
      answers: isImpossible ? [] : spansOf(context, answers ?? [], place, source),
    })),
  };
}

function readFlat(json: unknown, source: JsonSource): Layout {
  const { data } = checkJson(flatSchema, json, source);
  return {
    knowsImpossible: false,
    examples: data.map(({ id, question, context, answers }, row) => {
      const { text, answer_start: starts } = answers ?? { text: [], answer_start: [] };
      if (text.length !== starts.length) {
        throw wrongFormat(source, `at data.${row}.answers: ${text.length} texts and ${starts.length} starts`);
      }
      const given = text.map((each, index) => ({ text: each, answer_start: starts[index] ?? 0 }));
      return { id, question, context, answers: spansOf(context, given, `data.${row}`, source) };
    }),
  };
}

/** Reads the answers. An empty text at -1 means no answer. @throws TrainingDataError for a non-empty text at -1 */
function spansOf(
  context: string,
  answers: readonly { readonly text: string; readonly answer_start: number }[],
  place: string,
  source: JsonSource,
): AnswerSpan[] {
  return answers.flatMap(({ text, answer_start: given }, index) => {
    if (given >= 0) return [toSpan(context, text, given)];
    if (text === '') return [];
    throw wrongFormat(source, `at ${place}.answers.${index}.answer_start: Expected >=0 but received ${given}`);
  });
}

/** Converts a position. Files count in code points, like Python, but some writers count in code units. */
function toSpan(context: string, text: string, given: number): AnswerSpan {
  const start = codeUnits(context, given);
  const countedInUnits = !context.startsWith(text, start) && context.startsWith(text, given);
  return { text, start: countedInUnits ? given : start };
}

/** Returns the length of the first `codePoints` characters of a text, in code units. */
function codeUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let left = codePoints; left > 0 && units < text.length; left--) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}

/** Whether the passage contains the answer at its stated position. */
export function standsInContext({ context }: SquadExample, { text, start }: AnswerSpan): boolean {
  return text !== '' && context.startsWith(text, start);
}

/**
 * Selects the examples to train on: those without an answer, and those whose first answer is at its stated position. A misplaced
 * answer would be trained as "no answer"; BERT's `run_squad.py` skips it too.
 *
 * @param version2 whether questions may have no answer
 * @throws TrainingDataError if no question is left, or, as in the original, if a question of SQuAD 1.1 has no answer
 */
export function trainableSquad(
  examples: readonly SquadExample[],
  version2: boolean,
  file: string,
): { readonly examples: readonly SquadExample[]; readonly misplaced: readonly SquadExample[] } {
  const unanswered = examples.find(({ answers }) => answers.length === 0);
  if (unanswered && !version2) throw noAnswer(unanswered, file);
  const isRight = (example: SquadExample): boolean => {
    const [answer] = example.answers;
    return !answer || standsInContext(example, answer);
  };
  const kept = examples.filter(isRight);
  if (kept.length > 0) return { examples: kept, misplaced: examples.filter((example) => !isRight(example)) };
  throw new TrainingDataError({
    problem: `No answer of ${file} matches its passage`,
    expected: 'Expected the text of the first answer at answer_start of the passage, counted in characters',
    remedy: 'Correct answer_start',
  });
}

/**
 * Whether predictions for these questions can be scored. For SQuAD 1.1 the answers must be known, unlike in a hidden test set.
 *
 * @throws TrainingDataError if only some questions of SQuAD 1.1 have answers
 */
export function isScorable(examples: readonly SquadExample[], version2: boolean, file: string): boolean {
  if (version2) return true;
  const unanswered = examples.filter(({ answers }) => answers.length === 0);
  if (unanswered.length === examples.length) return false;
  if (unanswered[0]) throw noAnswer(unanswered[0], file);
  return true;
}

function noAnswer({ id }: SquadExample, file: string): TrainingDataError {
  return new TrainingDataError({
    problem: `Question ${JSON.stringify(id)} of ${file} has no answer`,
    expected: 'Expected an answer to every question of SQuAD 1.1',
    remedy: 'Pass --version_2_with_negative=True if questions may have none, or correct the file',
  });
}
