import { defaultConfig, type AlbertConfig } from '@albert-web/core';
import { expect, it } from 'vitest';
import { gpuCosts } from './gpu-cost.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  embedding_size: 4,
  hidden_size: 8,
  intermediate_size: 32,
  num_attention_heads: 2,
  num_hidden_layers: 3,
  inner_group_num: 1,
};
const peaks = { gigaOperations: 1, gigabytes: 10, dispatchMicroseconds: 2 };

// By hand, for 2 x 5 = 10 rows.
it('counts operations, bytes and dispatches of every kernel', () => {
  const costs = gpuCosts(config, { batch: 2, length: 5, weights: 'f16' }, peaks);
  expect(costs.map(({ step, dispatches, operations, bytes }) => [step, dispatches, operations, bytes])).toEqual([
    // 10 rows of 4 inputs and 8 outputs; 32 weights of two bytes.
    ['mapping', 1, 640, 480 + 64],
    // Of 8 inputs and 24 outputs, 192 weights; three times.
    ['query-key-value', 3, 3 * 3840, 3 * (1280 + 384)],
    // Every row meets 5 keys of 8 columns, and 5 values: 10 x 5 x 8 x 2 products. 32 columns in and out.
    ['attention', 3, 3 * 1600, 3 * 1280],
    // 8 inputs, 8 outputs and 8 of the residual; 64 weights.
    ['attention output', 3, 3 * 1280, 3 * (960 + 128)],
    ['feed-forward up', 3, 3 * 5120, 3 * (1600 + 512)],
    ['feed-forward down', 3, 3 * 5120, 3 * (1920 + 512)],
  ]);
});

it('takes the longer of the times for arithmetic and memory, and adds the time of every dispatch', () => {
  const [mapping] = gpuCosts(config, { batch: 2, length: 5, weights: 'f16' }, peaks);
  // 640 operations at one a nanosecond, against 544 bytes at ten.
  expect(mapping?.leastMilliseconds).toBeCloseTo(0.002 + 0.00064, 9);
  const [bound] = gpuCosts(config, { batch: 2, length: 5, weights: 'f16' }, { ...peaks, gigabytes: 0.5 });
  expect(bound?.leastMilliseconds).toBeCloseTo(0.002 + 0.001088, 9);
});

it('counts the bytes of the weights in each format', () => {
  const mapping = (['f32', 'f16', 'q8', 'q4'] as const).map(
    (weights) => gpuCosts(config, { batch: 2, length: 5, weights }, peaks)[0]?.bytes,
  );
  // 32 weights beside 480 bytes of activations; 4-bit ones fill one group.
  expect(mapping).toEqual([480 + 128, 480 + 64, 480 + 32, 480 + 16 + 4]);
});
