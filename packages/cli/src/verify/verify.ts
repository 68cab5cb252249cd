/**
 * Runs recorded cases through a model on one backend and measures the largest difference. The same code runs in Node and
 * in a page of headless Chromium.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendSettings } from '@albert-web/backends';
import { selectBackend } from '@albert-web/backends';
import type { AlbertConfig, BackendName, Precision, RawInputs, WeightReader } from '@albert-web/core';
import { AlbertModel, disposeInputs, headOf, InferenceModel, readConfig, toInputs } from '@albert-web/core';
import { load } from '@albert-web/tasks';
import { loadCheckpoint, openModel, weightReader } from '@albert-web/checkpoints';
import type { ForwardGolden, Golden, SentenceGolden } from './golden.ts';
import { choicesOf, flatten, isSentenceGolden, rowsOf } from './golden.ts';

/** What to verify, and on what. */
export interface VerifyRequest {
  /** Folder or URL of the model. */
  readonly model: string;
  readonly golden: Golden;
  readonly backend: BackendName;
  readonly precision: Precision | 'auto';
  readonly settings?: BackendSettings;
}

/** Where a result differs most. */
export interface Worst {
  readonly case: number;
  readonly output: string;
  /** Position in the output, row-major. */
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/** What was found. */
export interface VerifyResult {
  readonly maxAbsDiff: number;
  readonly cases: number;
  readonly worst: Worst | null;
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly device: string;
}

/** @throws NoBackendError, and the named errors of loading a model. */
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
  const config = readConfig(await files.readJson('config.json'));
  const weights = weightReader(await loadCheckpoint(files));
  const choice = await selectBackend({ backend, precision, probeTimeout: 60_000, ...settings });
  const executor = await choice.started.createExecutor(config, weights, choice.precision);
  const inference = InferenceModel.load(config, weights, executor);
  const meter = differenceMeter();
  try {
    for (const [index, recorded] of golden.entries()) {
      const inputs = inputsOf(recorded);
      const { hidden_states: states, attentions, ...outputs } = recorded.outputs;
      const result = await inference.run(inputs, {
        choices: choicesOf(recorded),
        everyLayer: states !== undefined,
        padding: 'compute',
      });
      for (const [name, expected] of Object.entries(outputs))
        await meter.compare(index, name, result.outputs[name], expected);
      for (const [layer, expected] of (states ?? []).entries()) {
        const state = result.layers?.[layer]?.['last_hidden_state'];
        await meter.compare(index, `hidden_states[${layer}]`, state, expected as typeof states);
      }
      tf.dispose(result as unknown as tf.TensorContainer);
      if (attentions) await compareAttentions(config, weights, inputs, attentions, index, meter);
    }
  } finally {
    inference.dispose();
  }
  const { chosen, started } = choice;
  return {
    ...meter.result(),
    cases: golden.length,
    backend: chosen,
    precision: choice.precision,
    device: started.description,
  };
}

/** Fast executors never write attention probabilities down; the plain model on the same backend gives them. */
async function compareAttentions(
  config: AlbertConfig,
  weights: WeightReader,
  raw: RawInputs,
  expected: ForwardGolden['input_ids'],
  index: number,
  meter: ReturnType<typeof differenceMeter>,
): Promise<void> {
  using model = AlbertModel.load(config, weights, headOf(config));
  const inputs = toInputs(config, raw);
  const result = model.forward(inputs, { outputAttentions: true });
  for (const [layer, attention] of (result.attentions ?? []).entries()) {
    await meter.compare(index, `attentions[${layer}]`, attention, expected[layer] as typeof expected);
  }
  disposeInputs(inputs);
  tf.dispose(result as unknown as tf.TensorContainer);
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

function inputsOf(golden: ForwardGolden): RawInputs {
  return {
    inputIds: rowsOf(golden, golden.input_ids),
    attentionMask: rowsOf(golden, golden.attention_mask),
    tokenTypeIds: rowsOf(golden, golden.token_type_ids),
  };
}

/** Keeps the largest difference; a missing, misshapen or NaN value is infinitely wrong. */
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
    async compare(
      index: number,
      output: string,
      tensor: tf.Tensor | undefined,
      expected: ForwardGolden['input_ids'] | undefined,
    ): Promise<void> {
      add(index, output, tensor ? await tensor.data() : [], expected ? flatten(expected) : []);
    },
    result: (): Pick<VerifyResult, 'maxAbsDiff' | 'worst'> => ({ maxAbsDiff, worst }),
  };
}
