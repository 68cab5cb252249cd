import * as tf from '@tensorflow/tfjs-core';
import { createHostEmbeddings } from '@albert-web/core';
import type { EncoderExecutor, Precision } from '@albert-web/core';
import type { StartedBackend } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { expectedHidden, probeConfig, probeInputs, probeWeights } from './probe-model.ts';

/**
 * Largest difference that still counts as right, by precision; hidden states have size about 1. Wide enough for every
 * driver's rounding, narrow enough that a dropped term, a wrong stride or a stale buffer shows.
 */
const tolerances: Readonly<Record<Precision, number>> = { f32: 2e-3, f16: 5e-2, q8: 0.25 };

/**
 * Runs the probe model and compares it with what Hugging Face computes.
 *
 * @throws BackendUnavailableError when the numbers are wrong
 */
export async function selfCheck(started: StartedBackend, precision: Precision): Promise<void> {
  const executor = await started.createExecutor(probeConfig, probeWeights, precision);
  try {
    const difference = await largestDifference(executor);
    if (difference <= tolerances[precision]) return;
    throw new BackendUnavailableError({
      problem: `${started.description} computes wrong numbers: off by ${difference.toPrecision(3)} on the self-check`,
      expected: `Expected at most ${tolerances[precision]}`,
      remedy: 'Update the graphics driver or the browser; meanwhile another backend is used',
    });
  } finally {
    executor.dispose();
  }
}

async function largestDifference(executor: EncoderExecutor): Promise<number> {
  const batch = probeInputs.inputIds.length;
  const length = probeInputs.inputIds[0]?.length ?? 0;
  const { embedding_size, hidden_size } = probeConfig;
  const embedded = tf.tensor3d(createHostEmbeddings(probeConfig, probeWeights)(probeInputs), [
    batch,
    length,
    embedding_size,
  ]);
  const mask = tf.tensor2d(probeInputs.attentionMask as number[][], [batch, length], 'int32');
  try {
    const { hidden } = await executor.encode(embedded, mask);
    const values = await hidden.data();
    hidden.dispose();
    const differences = expectedHidden.flatMap((row, index) =>
      row.map((expected, column) => Math.abs((values[index * length * hidden_size + column] ?? NaN) - expected)),
    );
    // Math.max passes NaN on, and no tolerance admits it.
    return Math.max(...differences);
  } finally {
    tf.dispose([embedded, mask]);
  }
}
