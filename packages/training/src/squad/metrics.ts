/** SQuAD's scores by the official scripts `evaluate-v1.1.py` and `evaluate-v2.0.py`. */
import type { Metrics } from '../run.ts';
import type { SquadExample } from './examples.ts';

/** An article as a word of its own: letters are Unicode's, as in Python's regular expressions, not only ASCII's. */
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** Lower case, without ASCII punctuation, without `a`, `an`, `the`, single spaces. */
export function normalizeAnswer(text: string): string {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/gu, '')
    .replace(article, ' ')
    .split(/\s+/u)
    .filter(Boolean)
    .join(' ');
}

/** 1 where the normalised texts are equal, else 0. */
export function exactMatch(prediction: string, truth: string): number {
  return normalizeAnswer(prediction) === normalizeAnswer(truth) ? 1 : 0;
}

/** Harmonic mean of precision and recall over words; without words on either side, whether both have none. */
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

/** `exact` and `f1` in percent, `total`; with unanswerable questions also those of both kinds, as `evaluate-v2.0.py`. */
export function squadMetrics(
  examples: readonly SquadExample[],
  predictions: Readonly<Record<string, string>>,
): Metrics {
  const scores = examples.map(({ id, answers }) => {
    const truths = answers.map(({ text }) => text).filter((text) => normalizeAnswer(text) !== '');
    const golds = truths.length > 0 ? truths : [''];
    const prediction = predictions[id] ?? '';
    return {
      answerable: truths.length > 0,
      exact: Math.max(...golds.map((gold) => exactMatch(prediction, gold))),
      f1: Math.max(...golds.map((gold) => wordF1(prediction, gold))),
    };
  });
  const summary = (prefix: string, chosen: typeof scores): Record<string, number> => ({
    [`${prefix}exact`]: percent(chosen.map(({ exact }) => exact)),
    [`${prefix}f1`]: percent(chosen.map(({ f1 }) => f1)),
    [`${prefix}total`]: chosen.length,
  });
  const answerable = scores.filter(({ answerable }) => answerable);
  const unanswerable = scores.filter(({ answerable }) => !answerable);
  if (unanswerable.length === 0) return summary('', scores);
  return { ...summary('', scores), ...summary('HasAns_', answerable), ...summary('NoAns_', unanswerable) };
}

function percent(values: readonly number[]): number {
  return values.length === 0 ? 0 : (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
}
