import {
  AlbertModel,
  modelWeights,
  readConfig,
  readParameter,
  type WeightReader,
  type WeightSpec,
} from '@albert-web/core';
import {
  backendUnderTest,
  maxAbsDiff,
  randomWeights,
  readFixture,
  readFixtureJson,
  seededRandom,
  useBackendUnderTest,
} from '@albert-web/testing';
import { parseSafetensors, weightReader } from '@albert-web/checkpoints';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DivergedError } from './errors.ts';
import type { OptimizerName } from './optimizer/optimizer.ts';
import { learningRateAt } from './optimizer/schedule.ts';
import { predictorOf } from './predictor.ts';
import { Snapshot } from './run.ts';
import type { TrainingBatch } from './targets.ts';
import { Trainer } from './trainer.ts';

/** Documented in docs/features-and-tests.md, "Tolerances". */
const tolerance = 1e-4;

/** Twelve steps recorded with PyTorch and Hugging Face transformers. */
interface GoldenStep {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly token_type_ids: number[][];
  readonly labels: number[];
  readonly loss: number;
  readonly grad_norm: number;
  readonly lr: number;
}

const learningRates = { adamw: 1e-3, lamb: 5e-3 } as const;
const schedule = (name: OptimizerName) => ({ learningRate: learningRates[name], steps: 12, warmupSteps: 3 });

/** Only WASM has a fast encoder. */
const encoders = backendUnderTest() === 'wasm' ? [true, false] : [false];

beforeAll(useBackendUnderTest);

describe.each(['adamw', 'lamb'] as const)('%s', (name) => {
  it.each(encoders)(
    'follows PyTorch step by step (fast encoder: %s)',
    async (fastEncoder) => {
      const { steps } = await readFixtureJson<{ steps: GoldenStep[] }>(`training/${name}.json`);
      const final = await readWeights(`training/${name}-final.safetensors`);
      const config = readConfig(await readFixtureJson('training/config.json'));
      using model = AlbertModel.load(config, await readWeights('training/model.safetensors'));
      const trainer = await Trainer.create(model, { schedule: schedule(name), optimizer: name, fastEncoder });

      for (const step of steps) {
        const report = await trainer.trainStep(batchOf(step));
        expect(Math.abs(report.loss - step.loss), `loss before step ${report.step}`).toBeLessThan(tolerance);
        expect(Math.abs(report.gradientNorm / step.grad_norm - 1), 'gradient norm').toBeLessThan(1e-3);
        expect(report.learningRate).toBeCloseTo(step.lr, 9);
      }
      let compared = 0;
      for (const parameter of model.parameters.keys()) {
        const shape = final.shape(parameter);
        if (!shape) continue;
        const spec: WeightSpec = { name: parameter, shape };
        const actual = await readParameter(spec, model.parameters);
        expect(maxAbsDiff(actual, final.float32(parameter)), parameter).toBeLessThan(tolerance);
        compared++;
      }
      expect(compared).toBeGreaterThan(20);
      trainer.dispose();
    },
    600_000,
  );
});

describe('a trainer', { skip: !['cpu', 'wasm'].includes(backendUnderTest()) }, () => {
  const config = readConfig({
    architectures: ['AlbertForSequenceClassification'],
    vocab_size: 40,
    embedding_size: 8,
    hidden_size: 16,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 24,
    max_position_embeddings: 16,
    classifier_dropout_prob: 0,
  });
  const rows = Array.from({ length: 4 }, (_, row) => Array.from({ length: 6 }, (_, i) => 1 + ((row * 7 + i * 3) % 39)));
  const half = (from: number): TrainingBatch => ({
    inputs: {
      inputIds: rows.slice(from, from + 2),
      attentionMask: [0, 1].map(() => [1, 1, 1, 1, 1, 1]),
      tokenTypeIds: [0, 1].map(() => [0, 0, 0, 1, 1, 1]),
    },
    targets: { kind: 'classes', classes: [0, 1] },
  });
  const whole: TrainingBatch = {
    inputs: {
      inputIds: rows,
      attentionMask: rows.map((row) => row.map(() => 1)),
      tokenTypeIds: rows.map(() => [0, 0, 0, 1, 1, 1]),
    },
    targets: { kind: 'classes', classes: [0, 1, 0, 1] },
  };
  const makeModel = (): AlbertModel => AlbertModel.load(config, randomWeights(modelWeights(config), seededRandom(1)));
  const valuesOf = async (model: AlbertModel): Promise<Map<string, Float32Array>> => {
    const entries = [...model.parameters].map(async ([name, value]) => [name, await value.data()] as const);
    return new Map((await Promise.all(entries)) as [string, Float32Array][]);
  };

  it('takes the same step over two accumulated halves as over the whole batch', async () => {
    using together = makeModel();
    using apart = makeModel();
    const options = { schedule: { learningRate: 1e-2, steps: 5 } };
    const [one, two] = [await Trainer.create(together, options), await Trainer.create(apart, options)];
    const report = await one.trainStep(whole);
    expect((await two.trainStep(half(0), half(2))).loss).toBeCloseTo(report.loss, 5);
    const expected = await valuesOf(together);
    for (const [name, values] of await valuesOf(apart)) {
      // Without noise, Adam's first step is the sign of the gradient, which amplifies small differences.
      expect(maxAbsDiff(values, expected.get(name) ?? []), name).toBeLessThan(1e-3);
    }
    one.dispose();
    two.dispose();
  });

  it.each([
    ['embeddings', /^embeddings\./u],
    ['all_but_head', /^(?:embeddings|encoder)\./u],
  ] as const)('leaves %s unchanged when frozen', async (freeze, frozen) => {
    using model = makeModel();
    const before = await valuesOf(model);
    const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-2, steps: 5 }, freeze });
    await trainer.trainStep(whole);
    for (const [name, values] of await valuesOf(model)) {
      const moved = maxAbsDiff(values, before.get(name) ?? []) > 0;
      expect(moved, name).toBe(!frozen.test(name));
    }
    trainer.dispose();
  });

  it('changes nothing if the loss is not finite', async () => {
    using model = makeModel();
    const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-2, steps: 5 } });
    const bias = model.parameters.get('classifier.bias');
    tf.tidy(() => bias?.assign(tf.tensor1d([NaN, 0])));
    const before = await valuesOf(model);
    await expect(trainer.trainStep(whole)).rejects.toThrow(DivergedError);
    for (const [name, values] of await valuesOf(model)) expect(values, name).toEqual(before.get(name));
    expect(trainer.step).toBe(0);
    trainer.dispose();
  });

  it('predicts the same as a predictor of the same model', async () => {
    using model = makeModel();
    const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-2, steps: 5 } });
    await trainer.trainStep(whole);
    const [ours, others] = [trainer, await predictorOf(model)].map((each) => each.predict(whole)['logits']);
    expect(await ours?.data()).toHaveLength(8);
    expect(await others?.data()).toEqual(await ours?.data());
    tf.dispose([ours, others].flatMap((logits) => logits ?? []));
    trainer.dispose();
  });

  it('can be reset to a snapshot', async () => {
    using model = makeModel();
    const before = await valuesOf(model);
    const snapshot = await Snapshot.take(model);
    const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-2, steps: 5 } });
    await trainer.trainStep(whole);
    snapshot.restore(model);
    expect(await valuesOf(model)).toEqual(before);
    trainer.dispose();
  });
});

// An emulated GPU takes seconds per step.
const manySteps = ['webgl', 'webgpu'].includes(backendUnderTest()) ? 3 : 20;

it(`leaves no tensor behind over ${manySteps} steps`, async () => {
  const { steps } = await readFixtureJson<{ steps: GoldenStep[] }>('training/adamw.json');
  const config = { ...readConfig(await readFixtureJson('training/config.json')), hidden_dropout_prob: 0.1 };
  using model = AlbertModel.load(config, await readWeights('training/model.safetensors'));
  const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-4, steps: manySteps } });
  const [first] = steps;
  if (!first) throw new Error('the fixture has no step');
  await trainer.trainStep(batchOf(first));
  const before = tf.memory();
  for (let step = 1; step < manySteps; step++) await trainer.trainStep(batchOf(first));
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numBytes).toBe(before.numBytes);
  trainer.dispose();
}, 600_000);

it('uses the original schedule: rate 0 at step 0, and after the warm-up a decay that started at step 0', () => {
  expect(learningRateAt(schedule('adamw'), 0)).toBe(0);
  expect(learningRateAt(schedule('adamw'), 3)).toBeCloseTo(0.75e-3, 12);
  expect(learningRateAt(schedule('adamw'), 12)).toBe(0);
});

function batchOf(step: GoldenStep): TrainingBatch {
  return {
    inputs: { inputIds: step.input_ids, attentionMask: step.attention_mask, tokenTypeIds: step.token_type_ids },
    targets: { kind: 'classes', classes: step.labels },
  };
}

async function readWeights(path: string): Promise<WeightReader> {
  return weightReader(parseSafetensors(await readFixture(path)));
}
