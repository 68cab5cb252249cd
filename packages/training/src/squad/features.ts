import type { Tokenizer } from '@albert-web/tokenizer';
import { padSequences, type Sequence } from '../data/features.ts';
import type { TrainingBatch } from '../targets.ts';
import { standsInContext, type SquadExample } from './examples.ts';

/** Lengths in tokens, as in the original's flags. */
export interface SquadLengths {
  readonly maxSeqLength: number;
  /** Tokens from the start of one window to that of the next. */
  readonly docStride: number;
  readonly maxQueryLength: number;
}

/** A window of a passage with its question: `[CLS] question [SEP] window [SEP]`. */
export interface SquadFeature extends Sequence {
  /** Index of its example. */
  readonly example: number;
  /** Index of the window's first token in the sequence. */
  readonly contextStart: number;
  /** `[start, end)` of each token of the window in the passage. */
  readonly offsets: readonly (readonly [number, number])[];
  /** For each token of the window, whether no other window has more context for it. */
  readonly isMaxContext: readonly boolean[];
  /** First and last token of the first answer; 0, `[CLS]`, if the window does not contain it. */
  readonly start: number;
  readonly end: number;
}

/** The part of a window needed for training: a tenth of its size. */
export type SquadTrainingFeature = Pick<SquadFeature, 'ids' | 'typeIds' | 'start' | 'end'>;

/** Splits an example into windows, as `run_squad_v1.py` does. */
export function squadFeatures(
  tokenizer: Tokenizer,
  example: SquadExample,
  index: number,
  { maxSeqLength, docStride, maxQueryLength }: SquadLengths,
): SquadFeature[] {
  const plain = { addSpecialTokens: false };
  const query = tokenizer.encode(example.question.trimStart(), { ...plain, maxLength: maxQueryLength }).ids;
  const passage = tokenizer.encode(example.context, plain);
  const room = maxSeqLength - query.length - 3;
  const windows = cutWindows(passage.ids.length, room, docStride);
  const answer = answerTokens(example, passage.offsets);
  const { cls, sep } = tokenizer.special;
  const contextStart = query.length + 2;
  return windows.map(({ start, length }, place) => {
    const ids = [cls, ...query, sep, ...passage.ids.slice(start, start + length), sep];
    const inside = answer && answer.first >= start && answer.last < start + length;
    return {
      ids: Int32Array.from(ids),
      typeIds: Uint8Array.from(ids, (_, position) => (position < contextStart ? 0 : tokenizer.secondTypeId)),
      example: index,
      contextStart,
      offsets: passage.offsets.slice(start, start + length),
      isMaxContext: Array.from({ length }, (_, token) => bestWindow(windows, start + token) === place),
      start: inside ? answer.first - start + contextStart : 0,
      end: inside ? answer.last - start + contextStart : 0,
    };
  });
}

/** Creates a batch with the positions of the answers. */
export function squadBatch(features: readonly SquadTrainingFeature[]): TrainingBatch {
  const starts = features.map(({ start }) => start);
  return { inputs: padSequences(features), targets: { kind: 'span', starts, ends: features.map(({ end }) => end) } };
}

interface Window {
  readonly start: number;
  readonly length: number;
}

function cutWindows(tokens: number, room: number, stride: number): Window[] {
  const windows: Window[] = [];
  for (let start = 0; ;) {
    const length = Math.min(tokens - start, room);
    windows.push({ start, length });
    if (start + length >= tokens) return windows;
    // With a long question, a window may be shorter than the stride. Do not skip tokens between windows.
    start += Math.min(length, stride);
  }
}

/** Finds the window with the most context on the shorter side of the token, with a slight preference for longer windows. */
function bestWindow(windows: readonly Window[], token: number): number {
  const scores = windows.map(({ start, length }) => {
    const left = token - start;
    const right = start + length - 1 - token;
    return left < 0 || right < 0 ? -Infinity : Math.min(left, right) + 0.01 * length;
  });
  return scores.indexOf(Math.max(...scores));
}

/** Finds the first and last token of the first answer. */
function answerTokens(
  example: SquadExample,
  offsets: readonly (readonly [number, number])[],
): { first: number; last: number } | undefined {
  const [answer] = example.answers;
  if (!answer || !standsInContext(example, answer)) return undefined;
  const end = answer.start + answer.text.length;
  const first = offsets.findIndex(([, tokenEnd]) => tokenEnd > answer.start);
  const last = offsets.findLastIndex(([tokenStart, tokenEnd]) => tokenStart < end && tokenEnd > tokenStart);
  return first >= 0 && last >= first ? { first, last } : undefined;
}
