import { AlbertModel, lookUp, modelWeights, readConfig, registerGradients, type AlbertConfig } from '@albert-web/core';
import { backendUnderTest, maxAbsDiff, randomWeights, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DropoutKeys } from '../dropout.ts';
import { runModel } from '../forward.ts';
import { registerUnsortedSegmentSum } from '../kernels/unsorted-segment-sum.ts';
import { lossOf } from '../losses.ts';
import type { TrainingBatch } from '../targets.ts';
import { pack } from './packing.ts';
import { WasmKernels } from './wasm-kernels.ts';

const small = {
  model_type: 'albert',
  architectures: ['AlbertForSequenceClassification'],
  vocab_size: 50,
  embedding_size: 12,
  hidden_size: 24,
  num_hidden_layers: 3,
  num_attention_heads: 3,
  intermediate_size: 40,
  max_position_embeddings: 40,
  classifier_dropout_prob: 0,
};

/** Shared and unshared layers, every activation, dimensions that are not multiples of four or eight. */
const variants: Readonly<Record<string, Record<string, unknown>>> = {
  shared: {},
  'two groups': { num_hidden_layers: 4, num_hidden_groups: 2 },
  'two inner layers': { inner_group_num: 2 },
  'attention shared alone': { cross_layer_sharing: 'attention' },
  'exact GELU': { hidden_act: 'gelu' },
  ReLU: { hidden_act: 'relu' },
  SiLU: { hidden_act: 'silu' },
  tanh: { hidden_act: 'tanh' },
  'odd sizes': { embedding_size: 11, hidden_size: 35, num_attention_heads: 5, intermediate_size: 53 },
};

describe('on WASM', { skip: backendUnderTest() !== 'wasm' }, () => {
  let kernels: WasmKernels;

  beforeAll(async () => {
    await useBackendUnderTest();
    await registerGradients();
    registerUnsortedSegmentSum();
    const found = await WasmKernels.ofCurrentBackend(readConfig(small));
    if (!found) throw new Error('no kernels for this backend');
    kernels = found;
  });

  describe.each(Object.entries(variants))('%s', (_, more) => {
    it('has the loss and every gradient of the plain encoder, with and without padding', async () => {
      const config = readConfig({ ...small, ...more });
      using model = makeModel(config);
      for (const lengths of [[7, 7], [9, 1, 4], [1], [13, 5, 2, 8]]) {
        const batch = makeBatch(config, lengths);
        await expectSameGradients(model, batch, undefined);
      }
    });

    it('drops the same elements as the plain encoder', async () => {
      const rates = { hidden_dropout_prob: 0.2, attention_probs_dropout_prob: 0.3, classifier_dropout_prob: 0.1 };
      const config = readConfig({ ...small, ...more, ...rates });
      using model = makeModel(config);
      // Masks depend on an element's index, which padding would shift.
      await expectSameGradients(model, makeBatch(config, [6, 6, 6]), 99);
    });
  });

  it('gives a shared weight the sum of its gradients over all layers (finite differences)', async () => {
    const config = readConfig({ ...small, hidden_dropout_prob: 0.1 });
    using model = makeModel(config);
    const batch = makeBatch(config, [5, 8]);
    const { gradients } = await gradientsOf(model, batch, kernels, 3);
    const random = seededRandom(1);
    const layer = 'encoder.albert_layer_groups.0.albert_layers.0';
    const names = [
      'attention.query.weight',
      'attention.dense.bias',
      'ffn.weight',
      'ffn_output.weight',
      'attention.LayerNorm.weight',
    ];
    for (const name of names) {
      const parameter = model.parameters.get(`${layer}.${name}`);
      const gradient = gradients.get(`${layer}.${name}`);
      if (!parameter || !gradient) throw new Error(`no ${name}`);
      const direction = random.normals(parameter.size);
      const slope = await directionalSlope(model, batch, parameter, direction);
      const expected = gradient.reduce((sum, value, index) => sum + value * (direction[index] ?? 0), 0);
      expect(Math.abs(slope - expected), name).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected)));
    }
  });

  /** Estimates the slope of the loss along a direction by a central difference, with the same dropout on both sides. */
  async function directionalSlope(
    model: AlbertModel,
    batch: TrainingBatch,
    parameter: tf.Variable,
    direction: Float32Array<ArrayBuffer>,
  ): Promise<number> {
    const step = 5e-4;
    const start = await parameter.data();
    const lossAt = async (offset: number): Promise<number> => {
      const moved = start.map((value, index) => value + offset * (direction[index] ?? 0));
      tf.tidy(() => parameter.assign(tf.tensor(moved, parameter.shape)));
      return (await gradientsOf(model, batch, kernels, 3)).loss;
    };
    const kept = Float32Array.from(start);
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    tf.tidy(() => parameter.assign(tf.tensor(kept, parameter.shape)));
    return slope;
  }

  async function expectSameGradients(
    model: AlbertModel,
    batch: TrainingBatch,
    seed: number | undefined,
  ): Promise<void> {
    const fast = await gradientsOf(model, batch, kernels, seed);
    const plain = await gradientsOf(model, batch, undefined, seed);
    expect(Math.abs(fast.loss - plain.loss)).toBeLessThan(1e-5);
    expect([...fast.gradients.keys()]).toEqual([...plain.gradients.keys()]);
    for (const [name, gradient] of plain.gradients) {
      expect(maxAbsDiff(fast.gradients.get(name) ?? [], gradient), name).toBeLessThan(2e-5);
    }
  }
});

it('packs sequences without their padding', () => {
  const packing = pack([
    [1, 1, 0],
    [1, 1, 1],
  ]);
  expect(Array.from(packing.starts)).toEqual([0, 2, 5]);
  expect(Array.from(packing.rows)).toEqual([0, 1, 3, 4, 5]);
  expect(Array.from(packing.places)).toEqual([0, 1, 0, 2, 3, 4]);
  expect([packing.longest, packing.squares]).toEqual([3, 13]);
});

async function gradientsOf(
  model: AlbertModel,
  batch: TrainingBatch,
  kernels: WasmKernels | undefined,
  seed: number | undefined,
): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
  const keys = seed === undefined ? undefined : new DropoutKeys(seed, 0);
  const parameters = [...model.parameters];
  const { value, grads } = tf.variableGrads(
    () => lossOf(runModel(model, batch, { kernels, keys }), batch),
    parameters.map(([name]) => lookUp(model.parameters)(name) as tf.Variable),
  );
  const gradients = new Map<string, Float32Array>();
  for (const [name, { name: variable }] of parameters) {
    const gradient = grads[variable];
    if (gradient) gradients.set(name, Float32Array.from(await gradient.data()));
  }
  const [loss = NaN] = await value.data();
  tf.dispose([value, ...Object.values(grads)]);
  return { loss, gradients };
}

function makeModel(config: AlbertConfig): AlbertModel {
  return AlbertModel.load(config, randomWeights(modelWeights(config), seededRandom(5), 0.2));
}

function makeBatch(config: AlbertConfig, lengths: readonly number[]): TrainingBatch {
  const random = seededRandom(lengths.length);
  const longest = Math.max(...lengths);
  const row = (length: number, value: () => number): number[] =>
    Array.from({ length: longest }, (_, position) => (position < length ? value() : 0));
  return {
    inputs: {
      inputIds: lengths.map((length) => row(length, () => random.integer(1, config.vocab_size))),
      attentionMask: lengths.map((length) => row(length, () => 1)),
      tokenTypeIds: lengths.map((length) => row(length, () => random.integer(0, 2))),
    },
    targets: { kind: 'classes', classes: lengths.map((_, index) => index % 2) },
  };
}
