/**
 * q8 with twelve columns that are a thousand times larger than the rest, in each input of a product. Trained models have such
 * columns, though not as large. In int8, they would leave no steps for the others.
 */
import { defaultConfig, modelWeights, type AlbertConfig, type WeightReader } from '@albert-web/core';
import { hasRelaxedSimd } from '@albert-web/kernels';
import { backendUnderTest, seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { int8Weights } from '../testing/int8-weights.ts';
import { createWasmExecutor, type WasmOptions } from './index.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 500,
  embedding_size: 64,
  hidden_size: 384,
  num_hidden_layers: 6,
  num_attention_heads: 6,
  intermediate_size: 768,
};

const outliers = [3, 17, 77, 101, 200, 201, 222, 250, 300, 333, 367, 383];
const factor = 1000;

/** Makes weights of the encoder, with larger outlier rows in the weights that `stretched` matches. */
function weightsWith(stretched: RegExp): WeightReader {
  return int8Weights(modelWeights(config, 'encoder'), seededRandom(11), (name, values) => {
    if (stretched.test(name)) for (const outlier of outliers) values[outlier] = factor * (values[outlier] ?? 0);
    return values;
  });
}

const random = seededRandom(5);
const inputIds = Array.from({ length: 2 }, () =>
  Array.from({ length: 24 }, () => random.integer(0, config.vocab_size)),
);

async function hiddenOf(weights: WeightReader, options: WasmOptions): Promise<Float32Array> {
  const executor = await createWasmExecutor(config, 'encoder', weights, options);
  const { outputs } = await executor.run({ inputIds });
  executor.dispose();
  return outputs['last_hidden_state']?.values ?? new Float32Array();
}

/** Returns the root mean square of the difference, relative to that of the expected values, over columns that are no outliers. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0];
  expected.forEach((value, i) => {
    if (outliers.includes(i % config.hidden_size)) return;
    difference += ((actual[i] ?? NaN) - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

// The module does not depend on tfjs's backend: it is tested once in Node and once in Chromium.
describe.runIf(['cpu', 'wasm'].includes(backendUnderTest()))('q8 with outliers', () => {
  // Activations have 10 bits in plain SIMD; with relaxed instructions 8, or 7 if products are summed in 16 bits.
  const simds = [
    { simd: 'plain', most: 0.01 },
    ...(hasRelaxedSimd() ? [{ simd: 'relaxed', most: 0.052 } as const] : []),
  ] as const;
  for (const { simd, most } of simds) {
    it.each([
      { where: 'the hidden state', stretched: /ffn_output\.(weight|bias)$/u },
      { where: 'the input of the feed-forward part', stretched: /attention\.dense\.(weight|bias)$/u },
      { where: 'the context', stretched: /value\.(weight|bias)$/u },
      { where: 'the inner layer', stretched: /ffn\.(weight|bias)$/u },
      { where: 'nothing', stretched: /^$/u },
    ])(`${simd} SIMD: within ${most} of f32 with outliers in $where`, async ({ stretched }) => {
      const weights = weightsWith(stretched);
      const [expected, actual] = [
        await hiddenOf(weights, { precision: 'f32', threads: 1, simd }),
        await hiddenOf(weights, { precision: 'q8', threads: 1, simd }),
      ];
      expect(relativeError(actual, expected)).toBeLessThan(most);
    });
  }
});
