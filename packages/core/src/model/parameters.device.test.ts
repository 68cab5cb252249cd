import * as tf from '@tensorflow/tfjs-core';
import { maxAbsDiff, plainWeights, randomWeights, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AlbertConfig } from '../index.ts';
import {
  AlbertModel,
  composeExecutor,
  createHostEmbeddings,
  createPlainExecutor,
  defaultConfig,
  embed,
  lookUp,
  MissingTensorError,
  ModelInputError,
  modelWeights,
  readParameter,
  TensorShapeError,
  toInputs,
} from '../index.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 20,
  embedding_size: 6,
  hidden_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 2,
  intermediate_size: 12,
  max_position_embeddings: 10,
};
const specs = modelWeights(config, 'base');
const weights = randomWeights(specs, seededRandom(1));

beforeAll(useBackendUnderTest);

describe('parameters', () => {
  it('are read back in the layout of the checkpoint', async () => {
    using model = AlbertModel.load(config, weights, 'base');
    for (const spec of specs) {
      expect(maxAbsDiff(await readParameter(spec, model.parameters), weights.float32(spec.name))).toBe(0);
    }
  });

  it('leave no tensor behind if one is missing or has the wrong shape', () => {
    const { numTensors } = tf.memory();
    const without = { ...weights, shape: (name: string) => (name === 'pooler.bias' ? undefined : weights.shape(name)) };
    expect(() => AlbertModel.load(config, without, 'base')).toThrow(MissingTensorError);
    const misshapen = { ...weights, shape: (name: string) => (name === 'pooler.bias' ? [9] : weights.shape(name)) };
    expect(() => AlbertModel.load(config, misshapen, 'base')).toThrow(TensorShapeError);
    expect(() => AlbertModel.load(config, plainWeights(new Map()), 'base')).toThrow(MissingTensorError);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('inputs', () => {
  it.each([
    ['no row', []],
    ['no token', [[]]],
    ['rows of two lengths', [[1, 2], [1]]],
    ['an id beyond the vocabulary', [[1, 20]]],
    ['a negative id', [[-1]]],
    ['a fraction', [[1.5]]],
    ['more tokens than positions', [Array.from({ length: 11 }, () => 1)]],
  ])('are rejected: %s', async (_, inputIds) => {
    const model = composeExecutor(config, 'base', weights, createPlainExecutor(config, weights));
    const { numTensors } = tf.memory();
    await expect(model.run({ inputIds })).rejects.toThrow(ModelInputError);
    expect(tf.memory().numTensors).toBe(numTensors);
    model.dispose();
  });

  it('may include positions and token types, and are embedded on the host as in tfjs', async () => {
    using model = AlbertModel.load(config, weights, 'base');
    const raw = { inputIds: [[3, 4, 5]], tokenTypeIds: [[0, 1, 1]], positionIds: [[7, 2, 9]] };
    const inputs = toInputs(config, raw);
    const embedded = tf.tidy(() => embed(lookUp(model.parameters), config, inputs));
    expect(maxAbsDiff(createHostEmbeddings(config, weights)(raw), await embedded.data())).toBeLessThanOrEqual(2e-6);
    const replaced = model.forward({ ...inputs, inputsEmbeds: tf.zeros([1, 3, config.embedding_size]) });
    expect(replaced.outputs['last_hidden_state']?.shape).toEqual([1, 3, config.hidden_size]);
  });
});

it('throws a named error after dispose', async () => {
  const model = composeExecutor(config, 'base', weights, createPlainExecutor(config, weights));
  model.dispose();
  model.dispose();
  await expect(model.run({ inputIds: [[1]] })).rejects.toThrow(/disposed|dispose\(\)/u);
});
