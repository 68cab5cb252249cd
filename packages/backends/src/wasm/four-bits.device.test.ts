/** 4-bit weights stay in 4 bits in memory, and give the right results. */
import { defaultConfig, modelWeights, type AlbertConfig, type Head, type WeightReader } from '@albert-web/core';
import { hasRelaxedSimd } from '@albert-web/kernels';
import { backendUnderTest, maxAbsDiff, seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { int4Weights } from '../testing/int4-weights.ts';
import { createWasmExecutor, type WasmOptions } from './index.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 320,
  embedding_size: 32,
  hidden_size: 384,
  num_hidden_layers: 2,
  num_attention_heads: 6,
  intermediate_size: 1536,
};

const head: Head = 'base';
const random = seededRandom(31);
const inputIds = [5, 16].map((length) => Array.from({ length }, () => random.integer(0, config.vocab_size)));

const { stored, dequantized } = int4Weights(modelWeights(config, head), random);

async function run(
  weights: WeightReader,
  options: WasmOptions,
): Promise<{ hidden: Float32Array; pooled: Float32Array; memoryBytes: number }> {
  const executor = await createWasmExecutor(config, head, weights, options);
  const attentionMask = inputIds.map(({ length }) => Array.from({ length: 16 }, (_, i) => Number(i < length)));
  const padded = inputIds.map((ids) => Array.from({ length: 16 }, (_, i) => ids[i] ?? 0));
  const inputs = { inputIds: padded, attentionMask };
  const [encoded, judged] = [await executor.run(inputs, { head: false }), await executor.run(inputs)];
  const result = {
    hidden: encoded.outputs['last_hidden_state']?.values ?? new Float32Array(),
    pooled: judged.outputs['pooler_output']?.values ?? new Float32Array(),
    memoryBytes: executor.memoryBytes,
  };
  executor.dispose();
  return result;
}

function rootMeanSquare(actual: Float32Array, expected: Float32Array): number {
  const squares = actual.reduce((sum, value, i) => sum + (value - (expected[i] ?? NaN)) ** 2, 0);
  return Math.sqrt(squares / actual.length);
}

const simds = hasRelaxedSimd() ? (['plain', 'relaxed'] as const) : (['plain'] as const);

// The module does not depend on tfjs's backend: it is tested once in Node and once in Chromium.
describe.runIf(['cpu', 'wasm'].includes(backendUnderTest())).each(simds)('4-bit weights, %s SIMD', (simd) => {
  it('are as close to f32 as int8 rows of the same weights, in half their memory', async () => {
    const f32 = await run(dequantized, { precision: 'f32', threads: 1, simd });
    const q8 = await run(dequantized, { precision: 'q8', threads: 1, simd });
    const q4 = await run(stored, { precision: 'q8', threads: 1, simd, fourBits: true });
    const unpacked = await run(stored, { precision: 'q8', threads: 1, simd });
    const [error, errorOfRows] = [q4, q8].map(({ hidden }) => rootMeanSquare(hidden, f32.hidden)) as [number, number];
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1.1 * errorOfRows);
    expect(q4.memoryBytes).toBeLessThan(0.75 * q8.memoryBytes);
    // By default, a model as small as this is converted to int8, which is faster.
    expect(maxAbsDiff(unpacked.hidden, q8.hidden)).toBe(0);
  });

  it('give the same results in a head as f32 weights', async () => {
    const expected = await run(dequantized, { precision: 'f32', threads: 1, simd });
    const actual = await run(stored, { precision: 'f32', threads: 1, simd });
    expect(expected.pooled).toHaveLength(2 * config.hidden_size);
    expect(maxAbsDiff(actual.pooled, expected.pooled)).toBeLessThan(1e-6);
    expect(actual.memoryBytes).toBeLessThan(expected.memoryBytes);
  });
});
