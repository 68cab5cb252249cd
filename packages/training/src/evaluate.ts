import * as tf from '@tensorflow/tfjs-core';
import { classifierBatch, inSlices, type ClassifierFeature, type Sequence } from './data/features.ts';
import { accuracy, f1, matthewsCorrelation } from './metrics/classification.ts';
import { argMax } from './metrics/arg-max.ts';
import type { Predictor } from './predictor.ts';
import { raceBatch, type RaceFeature } from './race/race.ts';
import { pearson, spearman } from './metrics/correlation.ts';
import type { Metrics } from './run.ts';
import { squadBatch, type SquadFeature } from './squad/features.ts';
import type { SpanLogits } from './squad/predictions.ts';
import type { TrainingBatch } from './targets.ts';

/**
 * Predicts many rows and returns the values of every output for each, in order. Rows are sorted by length to reduce padding.
 */
async function predictRows<T>(
  predictor: Predictor,
  rows: readonly T[],
  batchSize: number,
  { toBatch, lengthOf, outputs }: RowsOptions<T>,
): Promise<number[][][]> {
  const order = [...rows.keys()].sort((a, b) => lengthOf(rows[a] as T) - lengthOf(rows[b] as T));
  const results = Array.from<number[][]>({ length: rows.length });
  for (const indexes of inSlices(order, batchSize)) {
    const tensors = predictor.predict(toBatch(indexes.map((index) => rows[index] as T)));
    const values = await Promise.all(outputs.map(async (name) => Array.from((await tensors[name]?.data()) ?? [])));
    tf.dispose(tensors);
    indexes.forEach((index, place) => {
      results[index] = values.map((all) => {
        const width = all.length / indexes.length;
        return all.slice(place * width, (place + 1) * width);
      });
    });
  }
  return results;
}

/** How to run rows, and which outputs to return. */
interface RowsOptions<T> {
  readonly toBatch: (rows: readonly T[]) => TrainingBatch;
  readonly lengthOf: (row: T) => number;
  readonly outputs: readonly string[];
}

const sequenceLength = ({ ids }: Sequence): number => ids.length;

/** Computes the logits of a classifier, `[rows][labels]`. */
export async function predictClassifier(
  predictor: Predictor,
  features: readonly ClassifierFeature[],
  batchSize: number,
): Promise<number[][]> {
  const rows = await predictRows(predictor, features, batchSize, {
    toBatch: (part) => classifierBatch(part, 'classes'),
    lengthOf: sequenceLength,
    outputs: ['logits'],
  });
  return rows.map(([logits = []]) => logits);
}

/** Computes the logits of each question's options, `[questions][options]`. */
export async function predictChoices(
  predictor: Predictor,
  features: readonly RaceFeature[],
  batchSize: number,
): Promise<number[][]> {
  const rows = await predictRows(predictor, features, batchSize, {
    toBatch: raceBatch,
    lengthOf: ({ options }) => Math.max(...options.map(sequenceLength)),
    outputs: ['logits'],
  });
  return rows.map(([logits = []]) => logits);
}

/** Computes the start and end logits of each window, one per token. */
export async function predictSpans(
  predictor: Predictor,
  features: readonly SquadFeature[],
  batchSize: number,
): Promise<SpanLogits[]> {
  const rows = await predictRows(predictor, features, batchSize, {
    toBatch: squadBatch,
    lengthOf: sequenceLength,
    outputs: ['start_logits', 'end_logits'],
  });
  return rows.map(([start = [], end = []], index) => {
    const length = features[index]?.ids.length;
    return { start: start.slice(0, length), end: end.slice(0, length) };
  });
}

/**
 * Computes the original's metrics, under its names: `eval_accuracy` and `eval_loss`; with two classes also `eval_f1` and
 * `matthew_corr`, as required by GLUE; for a regression `pearson`, `spearman` and `eval_loss`.
 */
export function classifierMetrics(logits: readonly (readonly number[])[], labels: readonly number[]): Metrics {
  const classes = logits[0]?.length ?? 0;
  if (classes === 1) {
    const values = logits.map(([value = NaN]) => value);
    const losses = values.map((value, index) => (value - (labels[index] ?? NaN)) ** 2);
    return { eval_loss: mean(losses), pearson: pearson(values, labels), spearman: spearman(values, labels) };
  }
  const predictions = logits.map(argMax);
  return {
    eval_accuracy: accuracy(predictions, labels),
    ...(classes === 2 && {
      eval_f1: f1(predictions, labels),
      matthew_corr: matthewsCorrelation(predictions, labels),
    }),
    eval_loss: meanCrossEntropy(logits, labels),
  };
}

/** Returns the mean of `-log softmax(logits)[label]` over rows, in double precision. Finite even for extreme logits. */
export function meanCrossEntropy(logits: readonly ArrayLike<number>[], labels: readonly number[]): number {
  const losses = logits.map((row, index) => {
    const largest = row[argMax(row)] ?? NaN;
    let sum = 0;
    for (let at = 0; at < row.length; at++) sum += Math.exp((row[at] ?? NaN) - largest);
    return largest + Math.log(sum) - (row[labels[index] ?? -1] ?? NaN);
  });
  return mean(losses);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
