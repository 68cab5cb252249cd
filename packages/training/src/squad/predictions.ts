import { softmax } from '@albert-web/core';
import type { SquadExample } from './examples.ts';
import type { SquadFeature } from './features.ts';

/** The logits of a window, by position. */
export interface SpanLogits {
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** How to choose answers, as in the original's flags. */
export interface AnswerOptions {
  /** Number of answers per question. */
  readonly nBestSize: number;
  /** Maximum length of an answer in tokens. */
  readonly maxAnswerLength: number;
  /** SQuAD 2.0: whether "no answer" is possible. */
  readonly version2: boolean;
}

/** An entry of `nbest_predictions.json`. */
export interface RankedAnswer {
  readonly text: string;
  readonly probability: number;
  readonly start_log_prob: number;
  readonly end_log_prob: number;
}

/** The answers to questions, by question id. */
export interface SquadAnswers {
  /** The best answer that is not "no answer". */
  readonly answers: Readonly<Record<string, string>>;
  /** The contents of `nbest_predictions.json`. */
  readonly nBest: Readonly<Record<string, readonly RankedAnswer[]>>;
  /** The contents of `null_odds.json`: the score of "no answer" minus that of the best answer. Empty for SQuAD 1.1. */
  readonly nullOdds: Readonly<Record<string, number>>;
}

/** Ranks answers as `squad_utils.write_predictions` does. Texts are taken verbatim from the passage. */
export function answerQuestions(
  examples: readonly SquadExample[],
  features: readonly SquadFeature[],
  logits: readonly SpanLogits[],
  options: AnswerOptions,
): SquadAnswers {
  const windows = new Map<number, ScoredWindow[]>();
  features.forEach((feature, index) => {
    const own = windows.get(feature.example) ?? [];
    own.push({ feature, logits: logits[index] as SpanLogits });
    windows.set(feature.example, own);
  });
  const ranked = examples.map(
    (example, index) => [example.id, answerOne(example, windows.get(index) ?? [], options)] as const,
  );
  const pick = <T>(part: (answer: RankedAnswers) => T): Record<string, T> =>
    Object.fromEntries(ranked.map(([id, answer]) => [id, part(answer)]));
  return {
    answers: pick(({ best }) => best),
    nBest: pick(({ ranked }) => ranked),
    nullOdds: options.version2 ? pick(({ nullOdds }) => nullOdds) : {},
  };
}

/**
 * Returns the contents of `predictions.json`: the best answers, or `""` if the score of "no answer" exceeds that of the best answer
 * by more than the threshold. Without a threshold (SQuAD 1.1), every question is answered.
 */
export function withNullThreshold(
  { answers, nullOdds }: Pick<SquadAnswers, 'answers' | 'nullOdds'>,
  threshold: number | undefined,
): Record<string, string> {
  const isNull = (id: string): boolean => threshold !== undefined && (nullOdds[id] ?? 0) > threshold;
  return Object.fromEntries(Object.entries(answers).map(([id, text]) => [id, isNull(id) ? '' : text]));
}

interface Candidate {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type ScoredWindow = { readonly feature: SquadFeature; readonly logits: SpanLogits };

interface RankedAnswers {
  readonly best: string;
  readonly ranked: RankedAnswer[];
  readonly nullOdds: number;
}

function answerOne(
  example: SquadExample,
  windows: readonly ScoredWindow[],
  { nBestSize, maxAnswerLength, version2 }: AnswerOptions,
): RankedAnswers {
  const spans = windows.flatMap((window) => windowSpans(example, window, nBestSize, maxAnswerLength));
  const found = distinct(spans.sort(byScore)).slice(0, nBestSize);
  const best = found[0] ?? (version2 ? { text: '', start: -1e6, end: -1e6 } : { text: 'empty', start: 0, end: 0 });
  const none = windows
    .map(({ logits }) => ({ text: '', start: logits.start[0] ?? 0, end: logits.end[0] ?? 0 }))
    .sort((a, b) => -byScore(a, b))[0];
  const candidates = version2 && none ? [...found, none].sort(byScore) : found;
  const shown = candidates.length > 0 ? candidates : [best];
  const shares = softmax(shown.map(score));
  const ranked = shown.map(({ text, start, end }, index) => ({
    text,
    probability: shares[index] ?? 0,
    start_log_prob: start,
    end_log_prob: end,
  }));
  return { best: best.text, ranked, nullOdds: none ? score(none) - score(best) : 0 };
}

/** Returns the valid spans formed from the best starts and ends of a window. */
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
