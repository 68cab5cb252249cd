import * as tf from '@tensorflow/tfjs-core';
import { createHostEmbeddings, linearHead } from '@albert-web/core';
import type { EncoderExecutor, LinearHead, Precision } from '@albert-web/core';
import type { StartedBackend } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { expectedHidden, probeConfig, probeInputs, probeWeights } from './probe-model.ts';

/**
 * Largest difference that still counts as right, by precision; hidden states have size about 1. Wide enough for every
 * driver's rounding, narrow enough that a dropped term, a wrong stride or a stale buffer shows. Int8 weights of random
 * values in few columns lose the most: 0.27 on WebAssembly.
 */
const tolerances: Readonly<Record<Precision, number>> = { f32: 2e-3, f16: 5e-2, q8: 0.3 };

/**
 * Runs the probe model and compares it with what Hugging Face computes.
 *
 * @throws BackendUnavailableError when the numbers are wrong
 */
export async function selfCheck(started: StartedBackend, precision: Precision): Promise<void> {
  const executor = await started.createExecutor(probeConfig, probeWeights, precision);
  try {
    // Math.max passes NaN on, and no tolerance admits it.
    const difference = Math.max(await hiddenDifference(executor), await logitsDifference(executor));
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

async function hiddenDifference(executor: EncoderExecutor): Promise<number> {
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
    return Math.max(...differences);
  } finally {
    tf.dispose([embedded, mask]);
  }
}

/** Where the executor has the whole model in one piece, that is what will run. */
async function logitsDifference(executor: EncoderExecutor): Promise<number> {
  const head = linearHead('sequence_classification');
  const pass = head && executor.withHead?.(head, probeWeights);
  if (!pass) return 0;
  const logits = await pass(probeInputs);
  const expected = expectedHidden.flatMap((first) => classify(head, first));
  return Math.max(...expected.map((value, index) => Math.abs(value - (logits[index] ?? NaN))));
}

/** What pooler and classifier make of a first token, as plain loops. */
function classify({ classifier }: LinearHead, first: readonly number[]): number[] {
  return apply(classifier, apply('pooler', first).map(Math.tanh));
}

function apply(name: string, x: readonly number[]): number[] {
  const weight = probeWeights.float32(`${name}.weight`);
  const bias = probeWeights.float32(`${name}.bias`);
  return Array.from(bias, (start, row) =>
    x.reduce((sum, value, column) => sum + value * (weight[row * x.length + column] ?? 0), start),
  );
}
