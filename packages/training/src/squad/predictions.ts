import { softmax } from '@albert-web/core';
import type { SquadExample } from './examples.ts';
import type { SquadFeature } from './features.ts';

/** The logits of a window, for each of its places. */
export interface SpanLogits {
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** How answers are chosen; the original's flags. */
export interface AnswerOptions {
  /** Answers kept for each question. */
  readonly nBestSize: number;
  /** Tokens of the longest answer. */
  readonly maxAnswerLength: number;
  /** SQuAD 2.0: "no answer" competes, and wins where its score is greater by more than this. Absent: SQuAD 1.1. */
  readonly nullThreshold?: number;
}

/** One line of `nbest_predictions.json`. */
export interface RankedAnswer {
  readonly text: string;
  readonly probability: number;
  readonly start_log_prob: number;
  readonly end_log_prob: number;
}

/** What `predictions.json`, `nbest_predictions.json` and `null_odds.json` hold, by question id. */
export interface SquadPredictions {
  readonly predictions: Readonly<Record<string, string>>;
  readonly nBest: Readonly<Record<string, readonly RankedAnswer[]>>;
  /** Score of "no answer" less that of the best answer. Empty for SQuAD 1.1. */
  readonly nullOdds: Readonly<Record<string, number>>;
}

/** Chooses answers, as `squad_utils.write_predictions` does; texts are cut from the passage as it stands. */
export function answerQuestions(
  examples: readonly SquadExample[],
  features: readonly SquadFeature[],
  logits: readonly SpanLogits[],
  options: AnswerOptions,
): SquadPredictions {
  const windows = new Map<number, number[]>();
  features.forEach(({ example }, index) => windows.set(example, [...(windows.get(example) ?? []), index]));
  const answers = examples.map((example, index) => {
    const own = (windows.get(index) ?? []).map((place) => ({
      feature: features[place] as SquadFeature,
      logits: logits[place] as SpanLogits,
    }));
    return [example.id, answerOne(example, own, options)] as const;
  });
  return {
    predictions: Object.fromEntries(answers.map(([id, { text }]) => [id, text])),
    nBest: Object.fromEntries(answers.map(([id, { ranked }]) => [id, ranked])),
    nullOdds:
      options.nullThreshold === undefined
        ? {}
        : Object.fromEntries(answers.map(([id, { nullOdds }]) => [id, nullOdds])),
  };
}

interface Candidate {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type ScoredWindow = { readonly feature: SquadFeature; readonly logits: SpanLogits };

function answerOne(
  example: SquadExample,
  windows: readonly ScoredWindow[],
  { nBestSize, maxAnswerLength, nullThreshold }: AnswerOptions,
): { text: string; ranked: RankedAnswer[]; nullOdds: number } {
  const spans = windows.flatMap((window) => windowSpans(example, window, nBestSize, maxAnswerLength));
  const found = distinct(spans.sort(byScore)).slice(0, nBestSize);
  const none = windows
    .map(({ logits }) => ({ text: '', start: logits.start[0] ?? 0, end: logits.end[0] ?? 0 }))
    .sort((a, b) => -byScore(a, b))[0];
  const candidates = nullThreshold !== undefined && none ? [...found, none].sort(byScore) : found;
  const shown = candidates.length > 0 ? candidates : [{ text: '', start: 0, end: 0 }];
  const shares = softmax(shown.map(score));
  const ranked = shown.map(({ text, start, end }, index) => ({
    text,
    probability: shares[index] ?? 0,
    start_log_prob: start,
    end_log_prob: end,
  }));
  const [best] = found;
  const nullOdds = none && best ? score(none) - score(best) : 0;
  const answered = best && (nullThreshold === undefined || nullOdds <= nullThreshold);
  return { text: answered ? best.text : '', ranked, nullOdds };
}

/** The spans of the best starts and ends of a window that can be answers. */
function windowSpans(
  { context }: SquadExample,
  { feature, logits }: ScoredWindow,
  nBestSize: number,
  maxAnswerLength: number,
): Candidate[] {
  const { contextStart, offsets, isMaxContext } = feature;
  const spans: Candidate[] = [];
  for (const start of greatest(logits.start, nBestSize)) {
    for (const end of greatest(logits.end, nBestSize)) {
      const first = offsets[start - contextStart];
      const last = offsets[end - contextStart];
      if (!first || !last || !isMaxContext[start - contextStart]) continue;
      if (end < start || end - start + 1 > maxAnswerLength) continue;
      const text = context.slice(first[0], last[1]).trim();
      spans.push({ text, start: logits.start[start] ?? 0, end: logits.end[end] ?? 0 });
    }
  }
  return spans;
}

function greatest(values: readonly number[], count: number): number[] {
  return [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, count);
}

const score = ({ start, end }: Candidate): number => start + end;
const byScore = (a: Candidate, b: Candidate): number => score(b) - score(a);

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => !seen.has(text) && seen.add(text));
}
