/** q8 with a head that reads only the first position: activations have twice the bits there in the last layer. */
import { defaultConfig, modelWeights, type AlbertConfig, type RunRequest } from '@albert-web/core';
import { hasRelaxedSimd } from '@albert-web/kernels';
import { backendUnderTest, seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { int8Weights } from '../testing/int8-weights.ts';
import { createWasmExecutor, type WasmOptions } from './index.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 300,
  embedding_size: 64,
  hidden_size: 256,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  intermediate_size: 520,
  id2label: Object.fromEntries(Array.from({ length: 16 }, (_, label) => [label, `LABEL_${label}`])),
};
const head = 'sequence_classification';
const weights = int8Weights(modelWeights(config, head), seededRandom(7));
const random = seededRandom(3);
/** More sequences than a tile has rows. */
const inputIds = Array.from({ length: 11 }, () =>
  Array.from({ length: 20 }, () => random.integer(0, config.vocab_size)),
);

async function logitsOf(options: WasmOptions, requests: readonly RunRequest[]): Promise<Float32Array[]> {
  const executor = await createWasmExecutor(config, head, weights, options);
  const results: Float32Array[] = [];
  for (const request of requests) {
    const { outputs } = await executor.run({ inputIds }, request);
    results.push(outputs['logits']?.values ?? new Float32Array());
  }
  executor.dispose();
  return results;
}

function distance(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return Math.sqrt(a?.reduce((sum, value, i) => sum + (value - (b?.[i] ?? NaN)) ** 2, 0) ?? NaN);
}

// The module does not depend on tfjs's backend: it is tested once in Node and once in Chromium.
describe.runIf(['cpu', 'wasm'].includes(backendUnderTest()))('the last layer in q8', () => {
  for (const simd of hasRelaxedSimd() ? (['relaxed', 'plain'] as const) : (['plain'] as const)) {
    it(`${simd} SIMD: for only the first positions is twice as close to f32 as for all`, async () => {
      const [expected] = await logitsOf({ precision: 'f32', threads: 1, simd }, [{}]);
      // If outputs at a depth are requested too, the layer is computed for every position.
      const [first, all] = await logitsOf({ precision: 'q8', threads: 1, simd }, [{}, { depths: [1] }]);
      expect(distance(first, expected)).toBeGreaterThan(0);
      expect(distance(first, expected)).toBeLessThan(distance(all, expected) / 2);
    });
  }
});
