/** Extractive question answering. Passages that are too long for the model are split into windows. */
import { InvalidArgumentError, whole, type Rules } from '@albert-web/errors';
import type { Encoding } from '@albert-web/tokenizer';
import { softmax } from '@albert-web/core';
import { createYielder } from '../engine/yielder.ts';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { InputResult, ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { manyOptions, texts, type TaskSignature } from '../signatures.ts';

/** A span of the passage that answers the question. */
export interface Answer {
  /** The text of the passage from `start` to `end`; empty if the model predicts that there is no answer. */
  readonly answer: string;
  /** `[start, end)` in the passage, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Probability of this start times probability of this end, among the positions of its window where an answer can be. */
  readonly score: number;
}

/** Options of `answer`. Names and defaults are those of `run_squad`. */
export interface AnswerOptions extends ManyOptions {
  /** Number of tokens from the start of one window to the start of the next. Windows never leave a gap. Default 128. */
  readonly docStride?: number | undefined;
  /** Maximum length of an answer in tokens. Default 30. */
  readonly maxAnswerLength?: number | undefined;
  /** Number of answers to return, best first. Default 1. */
  readonly topK?: number | undefined;
}

/** The signature of `answer`. */
export const answerSignature: TaskSignature<'answer'> = {
  arguments: { questions: texts, passages: texts },
  options: {
    ...manyOptions,
    docStride: whole(1),
    maxAnswerLength: whole(1),
    topK: whole(1),
  } satisfies Rules<Required<AnswerOptions>>,
};

/** A question and the passage that may answer it. */
type QuestionInPassage = readonly [question: string, passage: string];

/** Finds the best answers to each question in its passage, in order. @throws UnsupportedTaskError */
export async function answerAll(
  session: Session,
  asked: readonly QuestionInPassage[],
  { docStride = 128, maxAnswerLength = 30, topK = 1, ...options }: AnswerOptions = {},
): Promise<Answer[][]> {
  requireTask(factsOf(session), 'answer');
  const windows = asked.map(([question, passage]) => windowsOf(session, question, passage, docStride));
  const found: WindowSpans[] = [];
  const yieldIfDue = createYielder();
  for (const result of await session.runRows(windows.flat(), options)) {
    found.push(spansOf(result, maxAnswerLength, topK));
    await yieldIfDue();
  }
  let read = 0;
  return asked.map(([, passage], index) => {
    const ofPassage = found.slice(read, (read += windows[index]?.length ?? 0));
    return bestOf(ofPassage, topK).map((span) => ({ ...span, answer: passage.slice(span.start, span.end) }));
  });
}

/**
 * Pairs questions with passages: one passage for all, or one for each.
 *
 * @throws InvalidArgumentError
 */
export function pairUp(questions: readonly string[], passages: string | readonly string[]): QuestionInPassage[] {
  if (typeof passages === 'string') return questions.map((question) => [question, passages]);
  if (passages.length === questions.length) {
    return questions.map((question, index) => [question, passages[index] ?? '']);
  }
  throw new InvalidArgumentError({
    problem: `There are ${questions.length} questions and ${passages.length} passages`,
    expected: 'Expected a passage for each question, or one for all',
    remedy: 'Repeat a passage for each of its questions',
  });
}

function bestOf(windows: readonly WindowSpans[], topK: number): Span[] {
  // A window without the answer predicts "none" even if another window has the answer, so the lowest score counts.
  const none = { start: 0, end: 0, score: Math.min(...windows.map((window) => window.none)) };
  return bestDistinct([none, ...windows.flatMap(({ spans }) => spans)], topK);
}

/** Returns the best spans, each with its best score. */
function bestDistinct(spans: readonly Span[], topK: number): Span[] {
  const best = new Map<string, Span>();
  for (const span of spans) {
    const place = `${span.start}-${span.end}`;
    if (span.score > (best.get(place)?.score ?? -Infinity)) best.set(place, span);
  }
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, topK);
}

/** Splits the passage into windows that fit, each with the whole question. (In transformers, `doc_stride` is their overlap.) */
function windowsOf(
  { tokenizer, maxLength }: Session,
  question: string,
  passage: string,
  docStride: number,
): Encoding[] {
  const whole = tokenizer.encode([question, passage]);
  if (whole.ids.length <= maxLength) return [whole];
  const room = maxLength - tokenizer.encode(question).ids.length - 1; // for the passage, before its [SEP]
  const first = tokenizer.encode([question, passage], {
    maxLength,
    truncation: 'only_second',
    stride: Math.max(room - docStride, 0),
  });
  return [first, ...(first.overflowing ?? [])];
}

type Span = Omit<Answer, 'answer'>;

interface WindowSpans {
  readonly spans: readonly Span[];
  readonly none: number;
}

/**
 * Finds the best spans of a window with start and end in the passage, and the score of "none": of the span from `[CLS]` to
 * `[CLS]` (SQuAD 2.0). A span that is not among the best of its window cannot be among the best of all.
 */
function spansOf({ encoding, outputs }: InputResult, maxAnswerLength: number, topK: number): WindowSpans {
  const { sequenceIds, offsets } = encoding;
  const places = sequenceIds.flatMap((sequence, index) => (sequence === 1 || index === 0 ? [index] : []));
  const among = (name: string): number[] => {
    const logits = valuesOf(outputs, name);
    return softmax(places.map((index) => logits[index] ?? 0));
  };
  const [starts, ends] = [among('start_logits'), among('end_logits')];
  const spans: Span[] = [];
  for (let first = 1; first < places.length; first++) {
    for (let last = first; last < Math.min(first + maxAnswerLength, places.length); last++) {
      const [start] = offsets[places[first] ?? 0] ?? [0];
      const end = offsets[places[last] ?? 0]?.[1] ?? start;
      if (end > start) spans.push({ start, end, score: (starts[first] ?? 0) * (ends[last] ?? 0) });
    }
  }
  return { spans: bestDistinct(spans, topK), none: (starts[0] ?? 0) * (ends[0] ?? 0) };
}
