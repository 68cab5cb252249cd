import type { ModelExecutor } from '@albert-web/core';
import { precisions, type AlbertConfig, type Precision, type StoredFormat } from '@albert-web/core/spec';
import type { StartedBackend } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { expectedHidden, probeConfig, probeHead, probeInputs, probeWeights } from './probe-model.ts';

/** The model for which a backend is checked. */
export interface CheckedModel {
  readonly precision: Precision;
  /** How most of its weights are stored. The probe model's are stored the same way, so that the same kernels run. */
  readonly storedAs: StoredFormat;
  /** The model's configuration, if known. */
  readonly config?: AlbertConfig | undefined;
}

/**
 * Runs the probe model and compares it with Hugging Face's outputs.
 *
 * @throws BackendUnavailableError if the numbers are wrong
 */
export async function selfCheck(started: StartedBackend, { precision, storedAs, config }: CheckedModel): Promise<void> {
  const executor = await started.createExecutor({
    config: probeConfig,
    head: probeHead,
    weights: probeWeights(storedAs),
    precision,
    ...(config && { standsFor: config }),
  });
  try {
    // Math.max propagates NaN, which is within no tolerance.
    const difference = Math.max(await hiddenDifference(executor), await logitsDifference(executor));
    const { tolerance } = precisions[precision];
    if (difference <= tolerance) return;
    throw new BackendUnavailableError({
      problem: `${started.description} computes wrong numbers: off by ${difference.toPrecision(3)} on the self-check in ${precision} with weights in ${storedAs}`,
      expected: `Expected at most ${tolerance}`,
      remedy: 'Update the graphics driver or the browser; meanwhile another backend is used',
      reason: { code: 'wrong-numbers', device: started.description },
    });
  } finally {
    executor.dispose();
  }
}

async function hiddenDifference(executor: ModelExecutor): Promise<number> {
  const { outputs } = await executor.run(probeInputs, { head: false });
  const { shape = [], values = [] } = outputs['last_hidden_state'] ?? {};
  const [, length = 0, width = 0] = shape;
  const differences = expectedHidden.flatMap((row, index) =>
    row.map((expected, column) => Math.abs((values[index * length * width + column] ?? NaN) - expected)),
  );
  return Math.max(...differences);
}

/** Checks the head too, and the whole model in one pass if the executor can run it: that is what will be used. */
async function logitsDifference(executor: ModelExecutor): Promise<number> {
  const { outputs } = await executor.run(probeInputs);
  const expected = expectedHidden.flatMap((first) => classify(first));
  return Math.max(...expected.map((value, index) => Math.abs(value - (outputs['logits']?.values[index] ?? NaN))));
}

/** Applies pooler and classifier to a first token, in plain loops. */
function classify(first: readonly number[]): number[] {
  return apply('classifier', apply('pooler', first).map(Math.tanh));
}

function apply(name: string, x: readonly number[]): number[] {
  const weights = probeWeights('f32');
  const weight = weights.float32(`${name}.weight`);
  const bias = weights.float32(`${name}.bias`);
  return Array.from(bias, (start, row) =>
    x.reduce((sum, value, column) => sum + value * (weight[row * x.length + column] ?? 0), start),
  );
}
