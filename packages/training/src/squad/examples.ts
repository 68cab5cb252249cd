import * as v from 'valibot';
import { checkJson, parseJson, wrongFormat, type JsonSource } from '../data/json.ts';
import { TrainingDataError } from '../errors.ts';

/** A place in a passage, in UTF-16 code units. */
export interface AnswerSpan {
  readonly text: string;
  readonly start: number;
}

/** A question on a passage; no answers where there are none, or where they are not known. */
export interface SquadExample {
  readonly id: string;
  readonly question: string;
  readonly context: string;
  readonly answers: readonly AnswerSpan[];
}

/** A file's questions. */
export interface SquadData {
  /** Whether the file says that it is SQuAD 2.0, where questions may have no answer. */
  readonly version2: boolean;
  readonly examples: readonly SquadExample[];
}

/** Some files number their questions. Predictions are written by id, as text. */
const questionId = v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))]);
/** -1 where there is no answer. */
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
/** What both layouts have. */
const anySchema = v.object({
  version: v.optional(v.union([v.string(), v.number()])),
  data: v.array(v.looseObject({ paragraphs: v.optional(v.unknown()) })),
});

/**
 * Reads a SQuAD 1.1 or 2.0 file: the official nested layout, or Hugging Face's flat one. It is 2.0 by its `version`
 * or by having `is_impossible`, which 1.1 does not know; a question that lacks an answer does not make it so.
 *
 * @param file named in errors. @throws TrainingDataError
 */
export function readSquad(text: string, file: string): SquadData {
  const source = { file, format: 'SQuAD file', expected: 'Expected the JSON of SQuAD 1.1 or 2.0' };
  const json = parseJson(text, source);
  const { version = '', data } = checkJson(anySchema, json, source);
  const isOfficial = data.some(({ paragraphs }) => paragraphs !== undefined);
  const { examples, knowsImpossible } = isOfficial ? readOfficial(json, source) : readFlat(json, source);
  if (examples.length === 0) throw wrongFormat(source, 'there is no question in it');
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

/** The answers; one without a text, at -1, says that there is none. @throws TrainingDataError for one with a text there */
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

/** The files count characters as Python does, in code points; some writers count in code units all the same. */
function toSpan(context: string, text: string, given: number): AnswerSpan {
  const start = codeUnits(context, given);
  const countedInUnits = !context.startsWith(text, start) && context.startsWith(text, given);
  return { text, start: countedInUnits ? given : start };
}

/** How many code units the first `codePoints` characters of a text have. */
function codeUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let left = codePoints; left > 0 && units < text.length; left--) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}

/** Whether a passage has an answer's text where the answer says. */
export function standsInContext({ context }: SquadExample, { text, start }: AnswerSpan): boolean {
  return text !== '' && context.startsWith(text, start);
}

/**
 * The examples to learn from: those without an answer, which teach "no answer", and those whose first answer stands where
 * it says. An answer that stands elsewhere would teach "no answer" where there is one; BERT's `run_squad.py` leaves it out too.
 *
 * @param version2 whether questions may have no answer.
 * @throws TrainingDataError where no question is left, or one of SQuAD 1.1 has no answer, which the original refuses too.
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
    problem: `No answer of ${file} stands in its passage`,
    expected: 'Expected passages that have the text of the first answer at answer_start, counted in characters',
    remedy: 'Correct answer_start',
  });
}

/**
 * Whether predictions for these questions can be scored: those of SQuAD 1.1 only where answers are known, which the files of
 * a hidden test set do not tell.
 *
 * @throws TrainingDataError where some questions of SQuAD 1.1 have answers, and others have none.
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
    remedy: 'Give --version_2_with_negative=True if questions may have none, or correct the file',
  });
}
