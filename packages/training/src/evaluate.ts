import * as tf from '@tensorflow/tfjs-core';
import { classifierBatch, inSlices, type ClassifierFeature } from './data/features.ts';
import { accuracy, f1, matthewsCorrelation } from './metrics/classification.ts';
import { pearson, spearman } from './metrics/correlation.ts';
import type { Metrics } from './run.ts';
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

/** Softmax of one row. */
export function probabilities(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Place of the greatest value, the first of equals. */
export function argMax(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0);
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
  const losses = logits.map((row, index) => -Math.log(probabilities(row)[labels[index] ?? -1] ?? NaN));
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
