import * as tf from '@tensorflow/tfjs-core';
import { softmax } from '@albert-web/core';
import { classifierBatch, inSlices, type ClassifierFeature } from './data/features.ts';
import { accuracy, f1, matthewsCorrelation } from './metrics/classification.ts';
import { argMax } from './metrics/arg-max.ts';
import { raceBatch, type RaceFeature } from './race/race.ts';
import { pearson, spearman } from './metrics/correlation.ts';
import type { Metrics } from './run.ts';
import { squadBatch, type SquadFeature } from './squad/features.ts';
import type { SpanLogits } from './squad/predictions.ts';
import type { TrainingBatch } from './targets.ts';
import type { Trainer } from './trainer.ts';

/**
 * One output of the head for many rows, in their order. Rows are run in the order of their length, so that little is
 * padded, and put back.
 */
export async function predictRows<T extends { readonly ids: ArrayLike<number> }>(
  trainer: Trainer,
  rows: readonly T[],
  batchSize: number,
  toBatch: (rows: readonly T[]) => TrainingBatch,
  output = 'logits',
): Promise<number[][]> {
  const order = [...rows.keys()].sort((a, b) => (rows[a]?.ids.length ?? 0) - (rows[b]?.ids.length ?? 0));
  const results = Array.from<number[]>({ length: rows.length });
  for (const indexes of inSlices(order, batchSize)) {
    const outputs = trainer.predict(toBatch(indexes.map((index) => rows[index] as T)));
    const values = Array.from((await outputs[output]?.data()) ?? []);
    tf.dispose(outputs);
    const width = values.length / indexes.length;
    indexes.forEach((index, place) => (results[index] = values.slice(place * width, (place + 1) * width)));
  }
  return results;
}

/** The logits of a classifier's rows, `[rows][labels]`. */
export function predictClassifier(
  trainer: Trainer,
  features: readonly ClassifierFeature[],
  batchSize: number,
): Promise<number[][]> {
  return predictRows(trainer, features, batchSize, (rows) => classifierBatch(rows, 'classes'));
}

/** The logits of a question's options, `[questions][options]`. */
export async function predictChoices(
  trainer: Trainer,
  features: readonly RaceFeature[],
  batchSize: number,
): Promise<number[][]> {
  const results: number[][] = [];
  for (const part of inSlices(features, batchSize)) {
    const outputs = trainer.predict(raceBatch(part));
    results.push(...inSlices(Array.from((await outputs['logits']?.data()) ?? []), 4));
    tf.dispose(outputs);
  }
  return results;
}

/** Start and end logits of windows, each as long as its window. */
export async function predictSpans(
  trainer: Trainer,
  features: readonly SquadFeature[],
  batchSize: number,
): Promise<SpanLogits[]> {
  const results: SpanLogits[] = [];
  for (const part of inSlices(features, batchSize)) {
    const outputs = trainer.predict(squadBatch(part));
    const [start, end] = await Promise.all([outputs['start_logits']?.array(), outputs['end_logits']?.array()]);
    tf.dispose(outputs);
    part.forEach(({ ids }, row) => {
      const cut = (logits: unknown): number[] => ((logits as number[][])[row] ?? []).slice(0, ids.length);
      results.push({ start: cut(start), end: cut(end) });
    });
  }
  return results;
}

/**
 * The original's metrics, by its names: `eval_accuracy` and `eval_loss`; with two classes also `eval_f1` and
 * `matthew_corr`, which GLUE asks for; for a regression `pearson`, `spearman` and `eval_loss`.
 */
export function classifierMetrics(logits: readonly (readonly number[])[], labels: readonly number[]): Metrics {
  const classes = logits[0]?.length ?? 0;
  if (classes === 1) {
    const values = logits.map(([value = NaN]) => value);
    const losses = values.map((value, index) => (value - (labels[index] ?? NaN)) ** 2);
    return { eval_loss: mean(losses), pearson: pearson(values, labels), spearman: spearman(values, labels) };
  }
  const predictions = logits.map(argMax);
  const losses = logits.map((row, index) => -Math.log(softmax(row)[labels[index] ?? -1] ?? NaN));
  return {
    eval_accuracy: accuracy(predictions, labels),
    ...(classes === 2 && {
      eval_f1: f1(predictions, labels),
      matthew_corr: matthewsCorrelation(predictions, labels),
    }),
    eval_loss: mean(losses),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
