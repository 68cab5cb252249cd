/** RACE: four answers to choose from, on passages of middle and high school exams (`race_utils.py`). */
import type { Tokenizer } from '@albert-web/tokenizer';
import { TrainingDataError } from '../errors.ts';
import { padSequences, type Sequence } from '../data/features.ts';
import type { TrainingBatch } from '../targets.ts';

/** A question with its options. */
export interface RaceExample {
  readonly id: string;
  readonly article: string;
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly answer: number;
}

/** Lengths in tokens, the original's flags. */
export interface RaceLengths {
  readonly maxSeqLength: number;
  /** Of question and option together. */
  readonly maxQaLength: number;
}

/** The options of a question as sequences. */
export interface RaceFeature {
  readonly options: readonly Sequence[];
  readonly answer: number;
}

/**
 * Reads one file of RACE: a JSON object with an article and its questions.
 *
 * @param file named in errors, and the prefix of the ids. @throws TrainingDataError
 */
export function readRace(text: string, file: string): RaceExample[] {
  const passage = parsePassage(text, file);
  const { article, questions, options, answers } = passage;
  return questions.map((question, index) => {
    const choices = options[index] ?? [];
    const answer = 'ABCD'.indexOf(answers[index] ?? '?');
    if (choices.length !== 4 || answer < 0) throw notRace(file, `question ${index} has no four options with an answer`);
    return { id: `${file}-${index}`, article, question, options: choices, answer };
  });
}

interface Passage {
  readonly article: string;
  readonly questions: readonly string[];
  readonly options: readonly (readonly string[])[];
  readonly answers: readonly string[];
}

function parsePassage(text: string, file: string): Passage {
  let passage: Partial<Passage>;
  try {
    passage = JSON.parse(text) as Partial<Passage>;
  } catch (cause) {
    throw notRace(file, 'it is not JSON', cause);
  }
  const { article, questions, options, answers } = passage;
  if (typeof article !== 'string' || !Array.isArray(questions) || !Array.isArray(options) || !Array.isArray(answers)) {
    throw notRace(file, 'it lacks "article", "questions", "options" or "answers"');
  }
  return passage as Passage;
}

/** `[CLS] article [SEP] question option [SEP]` for every option; every `_` in the question is where the option goes. */
export function raceFeature(
  tokenizer: Tokenizer,
  { article, question, options, answer }: RaceExample,
  { maxSeqLength, maxQaLength }: RaceLengths,
): RaceFeature {
  const ids = (text: string): readonly number[] => tokenizer.encode(text, { addSpecialTokens: false }).ids;
  const context = ids(article);
  const { cls, sep } = tokenizer.special;
  return {
    answer,
    options: options.map((option) => {
      const joined = question.includes('_') ? question.replaceAll('_', () => option) : `${question} ${option}`;
      // The end of a long question is kept: there the option stands.
      const answered = ids(joined).slice(-maxQaLength);
      const seen = context.slice(0, Math.max(0, maxSeqLength - 3 - answered.length));
      const sequence = [cls, ...seen, sep, ...answered, sep];
      return {
        ids: Int32Array.from(sequence),
        typeIds: Uint8Array.from(sequence, (_, position) => (position < seen.length + 2 ? 0 : 1)),
      };
    }),
  };
}

/** A batch `[questions * 4, length]`. */
export function raceBatch(features: readonly RaceFeature[]): TrainingBatch {
  return {
    inputs: padSequences(features.flatMap(({ options }) => options)),
    targets: { kind: 'choice', choices: 4, correct: features.map(({ answer }) => answer) },
  };
}

function notRace(file: string, what: string, cause?: unknown): TrainingDataError {
  return new TrainingDataError(
    {
      problem: `${file} is not a RACE file: ${what}`,
      expected: 'Expected one JSON object with article, questions, options and answers',
      remedy: 'Check --data_dir',
    },
    { cause },
  );
}
