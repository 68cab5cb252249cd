import { useBackendUnderTest } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { TrainingBatch } from '../targets.ts';
import { pretrainingBatch } from './instances.ts';
import { pretrainingMetrics } from './metrics.ts';

beforeAll(useBackendUnderTest);

/** Yields batches of one row with the given numbers of masked tokens, all with id 1. */
async function* batches(...masked: number[]): AsyncGenerator<TrainingBatch> {
  for (const count of masked) {
    const positions = [...Array.from({ length: count }).keys()];
    const labels = positions.map(() => 1);
    const ids = [5, 6, 7, 8];
    yield pretrainingBatch([{ ids, typeIds: [0, 0, 1, 1], positions, labels, swapped: 0 }]);
  }
}

it('metrics are means over all rows of all batches, regardless of the number of masks per batch', async () => {
  let given = 0;
  const predict = ({ targets }: TrainingBatch): Record<string, tf.Tensor> => {
    // Predicts every token of the first batch correctly, and is undecided between two of three ids in the second.
    const row = given++ === 0 ? [-1000, 1000, -1000] : [0, 0, -1000];
    const places = targets.kind === 'pretraining' ? targets.places.length : 0;
    return {
      prediction_logits: tf.tensor2d(Array.from({ length: places }, () => row)),
      sop_logits: tf.tensor2d([[0, Math.log(3)]]),
    };
  };
  const before = tf.memory().numTensors;
  const metrics = await pretrainingMetrics({ predict }, batches(3, 1));
  expect(tf.memory().numTensors).toBe(before);
  expect(metrics['masked_lm_accuracy']).toBeCloseTo(3 / 4, 6);
  expect(metrics['masked_lm_loss']).toBeCloseTo(Math.log(2) / 4, 6);
  expect(metrics['sentence_order_accuracy']).toBe(0);
  expect(metrics['sentence_order_loss']).toBeCloseTo(Math.log(4), 6);
});
