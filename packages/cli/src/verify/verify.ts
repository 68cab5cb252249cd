/**
 * Runs recorded cases on one backend and measures the largest difference. The same code runs in Node and in a page of headless
 * Chromium.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendSettings } from '@albert-web/backends';
import type { BackendName, HostTensor, Precision } from '@albert-web/core';
import { AlbertModel, disposeInputs, readConfig, TfjsBackend, toInputs } from '@albert-web/core';
import {
  choicesOf,
  flattenNumbers,
  goldenInputs,
  type ForwardGolden,
  type NestedNumbers,
  type SentenceGolden,
} from '@albert-web/core/golden';
import { load, openInference } from '@albert-web/tasks';
import type { ModelFiles } from '@albert-web/checkpoints';
import { importModel, openModel, weightReader } from '@albert-web/checkpoints';
import { isSentenceGolden, type Golden } from './golden.ts';

/** What to verify, and on which backend. */
export interface VerifyRequest {
  /** Folder or URL of the model. */
  readonly model: string;
  readonly golden: Golden;
  readonly backend: BackendName;
  readonly precision: Precision | 'auto';
  readonly settings?: BackendSettings;
}

/** The location and the values of the largest difference. */
export interface Worst {
  readonly case: number;
  readonly output: string;
  /** Position in the output, row-major. */
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/** The result of a verification. */
export interface VerifyResult {
  readonly maxAbsDiff: number;
  readonly cases: number;
  readonly worst: Worst | null;
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly device: string;
}

/** Runs all recorded cases. @throws NoBackendError, and the named errors of loading a model */
export async function verify(request: VerifyRequest): Promise<VerifyResult> {
  return isSentenceGolden(request.golden)
    ? verifySentences(request, request.golden)
    : verifyPasses(request, request.golden);
}

async function verifyPasses(
  { model, backend, precision, settings }: VerifyRequest,
  golden: readonly ForwardGolden[],
): Promise<VerifyResult> {
  const files = await openModel(model);
  const inference = await openInference(files, { backend, precision, probeTimeout: 60_000, ...settings });
  const { executor } = inference;
  const meter = differenceMeter();
  try {
    for (const [index, recorded] of golden.entries()) {
      const inputs = goldenInputs(recorded);
      const { hidden_states: states, attentions: _, ...outputs } = recorded.outputs;
      const depths = states?.map((_, depth) => depth);
      const result = await executor.run(inputs, { choices: choicesOf(recorded), depths, padding: 'compute' });
      for (const [name, expected] of Object.entries(outputs))
        meter.compare(index, name, result.outputs[name], expected);
      for (const [layer, expected] of (states ?? []).entries()) {
        const state = result.atDepths?.[layer]?.['last_hidden_state'];
        meter.compare(index, `hidden_states[${layer}]`, state, expected as NestedNumbers);
      }
    }
    await compareAttentions(files, golden, meter);
  } finally {
    executor.dispose();
  }
  const { chosen, started, precision: arithmetic } = inference.backend;
  return {
    ...meter.result(),
    cases: golden.length,
    backend: chosen,
    precision: arithmetic,
    device: started.description,
  };
}

/** Compares attention probabilities with the plain model, since fast executors never store them. */
async function compareAttentions(
  files: ModelFiles,
  golden: readonly ForwardGolden[],
  meter: ReturnType<typeof differenceMeter>,
): Promise<void> {
  if (!golden.some(({ outputs }) => outputs['attentions'])) return;
  await import('@tensorflow/tfjs-backend-cpu');
  const model = await importModel(files);
  const config = readConfig(model.config);
  const weights = weightReader(model.checkpoint);
  new TfjsBackend('cpu').run(() => {
    using model = AlbertModel.load(config, weights);
    for (const [index, recorded] of golden.entries()) {
      const expected = recorded.outputs['attentions'];
      if (!expected) continue;
      const inputs = toInputs(config, goldenInputs(recorded));
      const result = model.forward(inputs, { outputAttentions: true });
      result.attentions?.forEach((attention, layer) => {
        const values = attention.dataSync() as Float32Array;
        meter.compare(
          index,
          `attentions[${layer}]`,
          { shape: attention.shape, values },
          expected[layer] as NestedNumbers | undefined,
        );
      });
      disposeInputs(inputs);
      tf.dispose(result as unknown as tf.TensorContainer);
    }
  });
}

async function verifySentences(request: VerifyRequest, golden: SentenceGolden): Promise<VerifyResult> {
  const { backend, precision, settings } = request;
  const model = await load(request.model, { backend, precision, probeTimeout: 60_000, ...settings });
  const meter = differenceMeter();
  try {
    for (const [index, { text, embedding }] of golden.sentences.entries()) {
      const [actual] = await model.embed([text]);
      meter.add(index, 'embedding', actual ?? [], embedding);
    }
    for (const [index, { a, b, cosine, probability }] of golden.pairs.entries()) {
      const result = await model.paraphrase(a, b);
      meter.add(index, 'pair', [result.similarity ?? NaN, result.probability], [cosine, probability]);
    }
    const info = model.info();
    return {
      ...meter.result(),
      cases: golden.sentences.length + golden.pairs.length,
      backend: info.backend,
      precision: info.precision,
      device: info.device,
    };
  } finally {
    await model.dispose();
  }
}

/** Tracks the largest difference. A missing, misshapen or NaN value counts as infinite. */
function differenceMeter() {
  let maxAbsDiff = 0;
  let worst: Worst | null = null;
  const add = (index: number, output: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
    for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
      const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
      if (difference <= maxAbsDiff) continue;
      maxAbsDiff = Number.isNaN(difference) ? Infinity : difference;
      worst = { case: index, output, index: i, actual: actual[i] ?? NaN, expected: expected[i] ?? NaN };
    }
  };
  return {
    add,
    compare(index: number, output: string, tensor: HostTensor | undefined, expected: NestedNumbers | undefined): void {
      add(index, output, tensor?.values ?? [], flattenNumbers(expected ?? []));
    },
    result: (): Pick<VerifyResult, 'maxAbsDiff' | 'worst'> => ({ maxAbsDiff, worst }),
  };
}
