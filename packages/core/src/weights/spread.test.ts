import { randomWeights, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { defaultConfig, modelWeights, type AlbertConfig } from '../spec/index.ts';
import type { WeightReader } from './reader.ts';
import { attentionScoreDeviation } from './spread.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 10,
  embedding_size: 8,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 1,
  intermediate_size: 16,
};
const layer = 'encoder.albert_layer_groups.0.albert_layers.0';

/** Measures the standard deviation of one query's scores over many keys, on random hidden states. */
function measured(weights: WeightReader, scale: number): number {
  const random = seededRandom(2);
  const size = config.hidden_size;
  const row = (name: string): number[] => {
    const [matrix, bias] = [weights.float32(`${name}.weight`), weights.float32(`${name}.bias`)];
    const hidden = Array.from(random.normals(size), (value) => scale * value);
    return Array.from(bias, (offset, output) =>
      hidden.reduce((sum, value, i) => sum + value * (matrix[output * size + i] ?? NaN), offset),
    );
  };
  const count = 100;
  const deviations = Array.from({ length: 40 }, () => {
    const query = row(`${layer}.attention.query`);
    const scores = Array.from({ length: count }, () => {
      const key = row(`${layer}.attention.key`);
      return key.reduce((sum, value, i) => sum + value * (query[i] ?? NaN), 0) / Math.sqrt(size);
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / count;
    return scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / count;
  });
  return Math.sqrt(deviations.reduce((sum, variance) => sum + variance, 0) / deviations.length);
}

it.each([1, 100])('predicts the spread of attention scores, with LayerNorm gains of %i', (gain) => {
  const plain = randomWeights(modelWeights(config, 'encoder'), seededRandom(1), 0.2);
  const weights: WeightReader = {
    ...plain,
    float32: (name) => {
      if (name === `${layer}.full_layer_layer_norm.weight`) return new Float32Array(config.hidden_size).fill(gain);
      if (name === `${layer}.full_layer_layer_norm.bias`) return new Float32Array(config.hidden_size);
      return plain.float32(name);
    },
  };
  const deviation = attentionScoreDeviation(config, weights);
  expect(deviation / measured(weights, gain)).toBeGreaterThan(0.9);
  expect(deviation / measured(weights, gain)).toBeLessThan(1.1);
});
