import { AlbertModel, readConfig, readParameter, type WeightReader, type WeightSpec } from '@albert-web/core';
import { backendUnderTest, maxAbsDiff, readFixture, readFixtureJson, useBackendUnderTest } from '@albert-web/testing';
import { parseSafetensors, weightReader } from '@albert-web/weights';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OptimizerName } from './optimizer/optimizer.ts';
import { learningRateAt } from './optimizer/schedule.ts';
import type { TrainingBatch } from './targets.ts';
import { Trainer } from './trainer.ts';

/** Published: FEATURES.md, "Tolerances". */
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
  it.each(encoders)('follows PyTorch step by step (fast encoder: %s)', async (fastEncoder) => {
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
  });
});

it('leaves no tensor behind over 20 steps', async () => {
  const { steps } = await readFixtureJson<{ steps: GoldenStep[] }>('training/adamw.json');
  const config = { ...readConfig(await readFixtureJson('training/config.json')), hidden_dropout_prob: 0.1 };
  using model = AlbertModel.load(config, await readWeights('training/model.safetensors'));
  const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-4, steps: 20 } });
  const [first] = steps;
  if (!first) throw new Error('the fixture has no step');
  await trainer.trainStep(batchOf(first));
  const before = tf.memory();
  for (let step = 1; step < 20; step++) await trainer.trainStep(batchOf(first));
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numBytes).toBe(before.numBytes);
  trainer.dispose();
});

it('has the original schedule: rate 0 at step 0, the full decay line after the warm-up', () => {
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
