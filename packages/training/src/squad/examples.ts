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

interface OfficialFile {
  readonly data: readonly {
    readonly paragraphs: readonly {
      readonly context: string;
      readonly qas: readonly {
        readonly id: string;
        readonly question: string;
        readonly answers?: readonly RawAnswer[];
      }[];
    }[];
  }[];
}
interface RawAnswer {
  readonly text: string;
  readonly answer_start: number;
}
interface FlatFile {
  readonly data: readonly {
    readonly id: string;
    readonly question: string;
    readonly context: string;
    readonly answers?: { readonly text: readonly string[]; readonly answer_start: readonly number[] };
  }[];
}

/**
 * Reads a parsed SQuAD 1.1 or 2.0 file: the official nested layout, or Hugging Face's flat one.
 *
 * @param file named in errors. @throws TrainingDataError
 */
export function readSquad(json: unknown, file: string): SquadExample[] {
  const rows = (json as Partial<OfficialFile & FlatFile> | null)?.data;
  if (!Array.isArray(rows)) throw notSquad(file, 'there is no list "data"');
  const examples = rows.some((row) => 'paragraphs' in (row as object))
    ? readOfficial(json as OfficialFile)
    : readFlat(json as FlatFile);
  for (const { id, question, context } of examples) {
    if (typeof id !== 'string' || typeof question !== 'string' || typeof context !== 'string') {
      throw notSquad(file, `question ${JSON.stringify(id)} lacks its id, text or context`);
    }
  }
  if (examples.length === 0) throw notSquad(file, 'there is no question in it');
  return examples;
}

function readOfficial({ data }: OfficialFile): SquadExample[] {
  return data.flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ context, qas }) =>
      qas.map(({ id, question, answers = [] }) => ({
        id,
        question,
        context,
        answers: answers.map((answer) => toSpan(context, answer.text, answer.answer_start)),
      })),
    ),
  );
}

function readFlat({ data }: FlatFile): SquadExample[] {
  return data.map(({ id, question, context, answers }) => ({
    id,
    question,
    context,
    answers: (answers?.text ?? []).map((text, index) => toSpan(context, text, answers?.answer_start[index] ?? 0)),
  }));
}

/** The files count characters as Python does, in code points. */
function toSpan(context: string, text: string, codePoints: number): AnswerSpan {
  if (context.startsWith(text, codePoints)) return { text, start: codePoints };
  return { text, start: Array.from(context).slice(0, codePoints).join('').length };
}

function notSquad(file: string, what: string): TrainingDataError {
  return new TrainingDataError({
    problem: `${file} is not a SQuAD file: ${what}`,
    expected: 'Expected the JSON of SQuAD 1.1 or 2.0',
    remedy: 'Check the path',
  });
}
