/** SQuAD's scores, as in the official scripts `evaluate-v1.1.py` and `evaluate-v2.0.py`. */
import type { Metrics } from '../run.ts';
import type { SquadExample } from './examples.ts';
import type { SquadAnswers } from './predictions.ts';

/** Matches an article as a separate word. Letters are Unicode letters, as in Python's regular expressions. */
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** Lowercases a text; removes ASCII punctuation, `a`, `an` and `the`; collapses spaces. */
export function normalizeAnswer(text: string): string {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/gu, '')
    .replace(article, ' ')
    .split(/\s+/u)
    .filter(Boolean)
    .join(' ');
}

/** Returns 1 if the normalized texts are equal, else 0. */
export function exactMatch(prediction: string, truth: string): number {
  return normalizeAnswer(prediction) === normalizeAnswer(truth) ? 1 : 0;
}

/** Returns the harmonic mean of precision and recall over words. If either has no words: 1 if both have none, else 0 (2.0). */
export function wordF1(prediction: string, truth: string): number {
  const predicted = normalizeAnswer(prediction).split(' ').filter(Boolean);
  const expected = normalizeAnswer(truth).split(' ').filter(Boolean);
  if (predicted.length === 0 || expected.length === 0) return predicted.length === expected.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of expected) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of predicted) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  return (2 * common) / (predicted.length + expected.length);
}

/**
 * Computes the scores of SQuAD 1.1: `exact_match` and `f1` in percent. Each question counts with the reference answer that scores
 * best, or 0 without a prediction.
 */
export function squadMetrics(
  examples: readonly SquadExample[],
  predictions: Readonly<Record<string, string>>,
): Metrics {
  const best = (measure: (prediction: string, truth: string) => number): number[] =>
    examples.map(({ id, answers }) => {
      const prediction = predictions[id];
      return prediction === undefined ? 0 : Math.max(0, ...answers.map(({ text }) => measure(prediction, text)));
    });
  // Unlike 2.0, 1.1 scores 0 for two texts without words.
  const f1 = (prediction: string, truth: string): number =>
    normalizeAnswer(truth) === '' ? 0 : wordF1(prediction, truth);
  return { exact_match: percent(best(exactMatch)), f1: percent(best(f1)) };
}

/** The predictions that SQuAD 2.0 scores. */
export interface Squad2Predictions extends Pick<SquadAnswers, 'answers' | 'nullOdds'> {
  /** By question id; `""` means "no answer". */
  readonly predictions: Readonly<Record<string, string>>;
}

/**
 * Computes the scores of SQuAD 2.0 in percent: `exact`, `f1` and `total` of all questions, of those with an answer (`HasAns_…`) and
 * of those without (`NoAns_…`); and the best scores for any null threshold (`best_exact`, `best_f1`) with that threshold
 * (`…_thresh`).
 *
 * As in the official script, the threshold starts at 0 and moves only to improve the score. The original also treats every question
 * with odds above 1 as unanswered regardless of the prediction, since it passes logits to a rule for probabilities. Here only the
 * predictions are scored.
 */
export function squad2Metrics(
  examples: readonly SquadExample[],
  { predictions, answers, nullOdds }: Squad2Predictions,
): Metrics {
  const exact = scoresOf(examples, predictions, exactMatch);
  const f1 = scoresOf(examples, predictions, wordF1);
  const summary = (prefix: string, chosen: readonly number[]): Record<string, number> => {
    if (chosen.length === 0) return {};
    return {
      [`${prefix}exact`]: percent(chosen.map((index) => exact[index] ?? 0)),
      [`${prefix}f1`]: percent(chosen.map((index) => f1[index] ?? 0)),
      [`${prefix}total`]: chosen.length,
    };
  };
  const all = [...examples.keys()];
  const hasAnswer = (index: number): boolean => (examples[index]?.answers.length ?? 0) > 0;
  const bestExact = bestThreshold(examples, answers, nullOdds, exactMatch);
  const bestF1 = bestThreshold(examples, answers, nullOdds, wordF1);
  return {
    ...summary('', all),
    ...summary('HasAns_', all.filter(hasAnswer)),
    ...summary(
      'NoAns_',
      all.filter((index) => !hasAnswer(index)),
    ),
    best_exact: bestExact.score,
    best_exact_thresh: bestExact.threshold,
    best_f1: bestF1.score,
    best_f1_thresh: bestF1.threshold,
  };
}

/**
 * Finds the null threshold with the best F1, `best_f1_thresh`, which `run_squad_v2.py` uses for its answers.
 *
 * @param answers the best non-null predictions, even for unanswerable questions
 */
export function bestNullThreshold(
  examples: readonly SquadExample[],
  { answers, nullOdds }: Pick<SquadAnswers, 'answers' | 'nullOdds'>,
): number {
  return bestThreshold(examples, answers, nullOdds, wordF1).threshold;
}

type Measure = (prediction: string, truth: string) => number;

/** Returns each question's score with the reference answer that scores best. That answer is `""` if no reference has a word. */
function scoresOf(
  examples: readonly SquadExample[],
  predictions: Readonly<Record<string, string>>,
  measure: Measure,
): number[] {
  return examples.map(({ id, answers }) => {
    const truths = answers.map(({ text }) => text).filter((text) => normalizeAnswer(text) !== '');
    const golds = truths.length > 0 ? truths : [''];
    return Math.max(...golds.map((gold) => measure(predictions[id] ?? '', gold)));
  });
}

/** `find_best_thresh`: starts with "no answer" for all questions, then answers them in order of their null odds. */
function bestThreshold(
  examples: readonly SquadExample[],
  answers: Readonly<Record<string, string>>,
  nullOdds: Readonly<Record<string, number>>,
  measure: Measure,
): { score: number; threshold: number } {
  const scores = scoresOf(examples, answers, measure);
  const ranked = examples
    .map((example, index) => ({ example, score: scores[index] ?? 0, odds: nullOdds[example.id] ?? 0 }))
    .sort((a, b) => a.odds - b.odds);
  let current = examples.filter((example) => example.answers.length === 0).length;
  let best = { score: current, threshold: 0 };
  for (const { example, score, odds } of ranked) {
    if (example.answers.length > 0) current += score;
    else if (answers[example.id]) current -= 1;
    if (current > best.score) best = { score: current, threshold: odds };
  }
  return { score: (100 * best.score) / examples.length, threshold: best.threshold };
}

function percent(values: readonly number[]): number {
  return values.length === 0 ? 0 : (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
}
