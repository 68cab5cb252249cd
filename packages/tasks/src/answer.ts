/** Extractive question answering, over passages longer than the model by windows. */
import type { Encoding } from '@albert-web/tokenizer';
import { wrongHead } from './classify.ts';
import { refuseEmpty, valuesOf } from './paraphrase.ts';
import { softmax } from './probabilities.ts';
import type { InputResult, ManyOptions, Session } from './session.ts';

/** A span of the passage that answers the question. */
export interface Answer {
  /** The passage's own text from `start` to `end`; empty when the model says there is no answer. */
  readonly answer: string;
  /** `[start, end)` in the passage, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Probability of this start times probability of this end, within its window. */
  readonly score: number;
}

/** How answers are looked for; names and defaults are `run_squad`'s. */
export interface AnswerOptions extends ManyOptions {
  /** Tokens two windows share. Default 128. */
  readonly docStride?: number | undefined;
  /** Longest answer in tokens. Default 30. */
  readonly maxAnswerLength?: number | undefined;
  /** Answers to give, best first. Default 1. */
  readonly topK?: number | undefined;
}

/** The best answers to a question in a passage. @throws UnsupportedTaskError, InvalidArgumentError */
export async function answer(
  session: Session,
  question: string,
  passage: string,
  { docStride = 128, maxAnswerLength = 30, topK = 1, ...options }: AnswerOptions = {},
): Promise<Answer[]> {
  if (session.head !== 'question_answering') throw wrongHead(session, 'answer questions', 'AlbertForQuestionAnswering');
  [question, passage].forEach(refuseEmpty);
  const windows = windowsOf(session, question, passage, docStride);
  const results = await session.exclusive(() => session.pass(windows, options));
  return results
    .flatMap((result) => spansOf(result, maxAnswerLength))
    .sort((a, b) => b.score - a.score)
    .filter(
      (span, index, all) => all.findIndex((other) => other.start === span.start && other.end === span.end) === index,
    )
    .slice(0, topK)
    .map((span) => ({ ...span, answer: passage.slice(span.start, span.end) }));
}

function windowsOf({ parts }: Session, question: string, passage: string, stride: number): Encoding[] {
  const whole = parts.tokenizer.encode([question, passage]);
  if (whole.ids.length <= parts.maxLength) return [whole];
  const first = parts.tokenizer.encode([question, passage], {
    maxLength: parts.maxLength,
    truncation: 'only_second',
    stride,
  });
  return [first, ...(first.overflowing ?? [])];
}

/** Every span of a window whose start and end lie in the passage; `[CLS]` to `[CLS]` stands for "no answer" (SQuAD 2.0). */
function spansOf({ encoding, outputs }: InputResult, maxAnswerLength: number): Omit<Answer, 'answer'>[] {
  const starts = softmax(valuesOf(outputs, 'start_logits').subarray(0, encoding.ids.length));
  const ends = softmax(valuesOf(outputs, 'end_logits').subarray(0, encoding.ids.length));
  const spans = [{ start: 0, end: 0, score: (starts[0] ?? 0) * (ends[0] ?? 0) }];
  encoding.sequenceIds.forEach((sequence, first) => {
    if (sequence !== 1) return;
    for (let last = first; last < first + maxAnswerLength && encoding.sequenceIds[last] === 1; last++) {
      const [start] = encoding.offsets[first] ?? [0];
      const end = encoding.offsets[last]?.[1] ?? start;
      if (end > start) spans.push({ start, end, score: (starts[first] ?? 0) * (ends[last] ?? 0) });
    }
  });
  return spans;
}
