import * as tf from '@tensorflow/tfjs-core';
import { meanCrossEntropy } from '../evaluate.ts';
import { accuracy } from '../metrics/classification.ts';
import { argMax } from '../metrics/arg-max.ts';
import type { Predictor } from '../predictor.ts';
import type { Metrics } from '../run.ts';
import type { TrainingBatch } from '../targets.ts';

/** Computes the original's metrics: accuracy and loss of masked tokens and sentence order (`run_pretraining.py`, `metric_fn`). */
export async function pretrainingMetrics(
  predictor: Predictor,
  batches: AsyncIterable<TrainingBatch>,
): Promise<Metrics> {
  const masked = new Tally();
  const order = new Tally();
  for await (const batch of batches) {
    if (batch.targets.kind !== 'pretraining') continue;
    const { ids, swapped } = batch.targets;
    const outputs = predictor.predict(batch);
    masked.add(await rowsOf(outputs['prediction_logits']), ids);
    order.add(await rowsOf(outputs['sop_logits']), swapped);
    tf.dispose(outputs);
  }
  return {
    masked_lm_accuracy: masked.accuracy,
    masked_lm_loss: masked.loss,
    sentence_order_accuracy: order.accuracy,
    sentence_order_loss: order.loss,
  };
}

/** Accumulates accuracy and loss over all rows of all batches. */
class Tally {
  #rows = 0;
  #right = 0;
  #loss = 0;

  add(logits: readonly Float32Array[], labels: readonly number[]): void {
    if (logits.length === 0) return;
    this.#rows += logits.length;
    const predictions = logits.map(argMax);
    this.#right += accuracy(predictions, labels) * logits.length;
    this.#loss += meanCrossEntropy(logits, labels) * logits.length;
  }

  get accuracy(): number {
    return this.#right / this.#rows;
  }

  get loss(): number {
    return this.#loss / this.#rows;
  }
}

/** Returns views of the rows of `[rows, classes]`, not copies, since a batch has tens of millions of logits. */
async function rowsOf(logits: tf.Tensor | undefined): Promise<Float32Array[]> {
  if (!logits) return [];
  const [rows = 0, width = 0] = logits.shape;
  const values = (await logits.data()) as Float32Array;
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width));
}
