/** RACE: multiple choice with four answers, on passages from middle and high school exams (`race_utils.py`). */
import type { Tokenizer } from '@albert-web/tokenizer';
import * as v from 'valibot';
import { padSequences, type Sequence } from '../data/features.ts';
import { checkJson, parseJson, wrongFormat, type JsonSource } from '../data/json.ts';
import type { TrainingBatch } from '../targets.ts';

/** A question with its options. */
export interface RaceExample {
  readonly id: string;
  readonly article: string;
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the correct option. */
  readonly answer: number;
}

/** Lengths in tokens, as in the original's flags. */
export interface RaceLengths {
  readonly maxSeqLength: number;
  /** Maximum length of question and option together. */
  readonly maxQaLength: number;
}

/** The options of a question as sequences. */
export interface RaceFeature {
  readonly options: readonly Sequence[];
  readonly answer: number;
}

const letters = ['A', 'B', 'C', 'D'] as const;
const passageSchema = v.object({
  article: v.string(),
  questions: v.array(v.string()),
  options: v.array(v.pipe(v.array(v.string()), v.length(letters.length))),
  answers: v.array(v.picklist(letters)),
});

/**
 * Reads a RACE file: a JSON object with an article and its questions, or one such object per line. As in the original, an empty
 * file has no questions.
 *
 * @param file file name for error messages, and prefix of the ids
 * @throws TrainingDataError
 */
export function readRace(text: string, file: string): RaceExample[] {
  const plain = text.replace(/^\uFEFF/u, '').trim();
  const lines = plain.split(/\r?\n/u).filter((line) => line.trim() !== '');
  // In the official files each object is one line. A reformatted object spans several.
  if (lines.length <= 1 || !isJson(lines[0] ?? '')) return plain === '' ? [] : readPassage(plain, file, file);
  return lines.flatMap((line, index) => readPassage(line, `Line ${index + 1} of ${file}`, `${file}-${index}`));
}

/** Reads one passage. @param where position for error messages @param id prefix of the question's number */
function readPassage(text: string, where: string, id: string): RaceExample[] {
  const source: JsonSource = {
    file: where,
    format: 'RACE passage',
    expected:
      'Expected {"article": "…", "questions": […], "options": [["…" four times], …], "answers": ["A" to "D", …]}',
  };
  const { article, questions, options, answers } = checkJson(passageSchema, parseJson(text, source), source);
  if (options.length !== questions.length || answers.length !== questions.length) {
    const counts = `${questions.length} questions, ${options.length} options and ${answers.length} answers`;
    throw wrongFormat(source, `it has ${counts}`);
  }
  return questions.map((question, index) => ({
    id: `${id}-${index}`,
    article,
    question,
    options: options[index] ?? [],
    answer: letters.indexOf(answers[index] ?? 'A'),
  }));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Builds `[CLS] article [SEP] question option [SEP]` for every option. The option replaces every `_` in the question. */
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
      // Keep the end of a long question, where the option is.
      const answered = ids(joined).slice(-maxQaLength);
      const seen = context.slice(0, Math.max(0, maxSeqLength - 3 - answered.length));
      const sequence = [cls, ...seen, sep, ...answered, sep];
      return {
        ids: Int32Array.from(sequence),
        typeIds: Uint8Array.from(sequence, (_, position) => (position < seen.length + 2 ? 0 : tokenizer.secondTypeId)),
      };
    }),
  };
}

/** Creates a batch `[questions * 4, length]`. */
export function raceBatch(features: readonly RaceFeature[]): TrainingBatch {
  return {
    inputs: padSequences(features.flatMap(({ options }) => options)),
    targets: { kind: 'choice', choices: 4, correct: features.map(({ answer }) => answer) },
  };
}
