/** Weights of 4 bits stay so in memory, and compute what they stand for. */
import { defaultConfig, modelWeights, type AlbertConfig, type Head, type WeightReader } from '@albert-web/core';
import { hasRelaxedSimd } from '@albert-web/kernels';
import { backendUnderTest, maxAbsDiff, randomWeights, seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { createWasmExecutor, type WasmOptions } from './index.ts';
import type { Int4 } from './four-bits.ts';

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

/** Random nibbles and signed scales that differ from group to group; rows 3 of every matrix are zero in one group. */
function fourBitWeights(): { stored: WeightReader; dequantized: WeightReader } {
  const plain = randomWeights(modelWeights(config, head), random, 0.05);
  const matrices = new Map<string, Int4>();
  for (const { name, shape } of modelWeights(config, head)) {
    const [rows = 0, columns = 0] = shape;
    if (shape.length !== 2 || columns % 32 !== 0 || name.startsWith('classifier')) continue;
    const packed = Uint8Array.from({ length: (rows * columns) / 2 }, () => random.integer(0, 256));
    packed.fill(0x88, (3 * columns) / 2, (3 * columns) / 2 + 16);
    const scales = Float32Array.from({ length: (rows * columns) / 32 }, () => 0.002 + random.integer(0, 6000) * 1e-6);
    scales.forEach((scale, i) => (scales[i] = i % 3 === 0 ? -scale : scale));
    matrices.set(name, { packed, scales });
  }
  const values = new Map(Array.from(matrices, ([name, matrix]) => [name, dequantize(matrix)]));
  const stored: WeightReader = {
    shape: (name) => plain.shape(name),
    rows(name, rows) {
      const [, columns = 0] = plain.shape(name) ?? [];
      const table = stored.float32(name);
      return Float32Array.from({ length: rows.length * columns }, (_, i) => {
        return table[(rows[Math.floor(i / columns)] ?? 0) * columns + (i % columns)] ?? NaN;
      });
    },
    int8: () => undefined,
    int4: (name) => matrices.get(name),
    float32: (name) => values.get(name) ?? plain.float32(name),
  };
  return { stored, dequantized: { ...stored, int4: () => undefined } };
}

function dequantize({ packed, scales }: Int4): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * packed.length }, (_, i) => {
    const byte = packed[i >> 1] ?? NaN;
    return ((i % 2 === 0 ? byte & 15 : byte >> 4) - 8) * (scales[i >> 5] ?? NaN);
  });
}

const { stored, dequantized } = fourBitWeights();

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

// The module computes alike whatever tfjs runs on: once in Node, once in Chromium.
describe.runIf(['cpu', 'wasm'].includes(backendUnderTest())).each(simds)('4-bit weights, %s SIMD', (simd) => {
  it('is as near to f32 as int8 rows of the same weights, in half their memory', async () => {
    const f32 = await run(dequantized, { precision: 'f32', threads: 1, simd });
    const q8 = await run(dequantized, { precision: 'q8', threads: 1, simd });
    const q4 = await run(stored, { precision: 'q8', threads: 1, simd, fourBits: true });
    const unpacked = await run(stored, { precision: 'q8', threads: 1, simd });
    const [error, errorOfRows] = [q4, q8].map(({ hidden }) => rootMeanSquare(hidden, f32.hidden)) as [number, number];
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1.1 * errorOfRows);
    expect(q4.memoryBytes).toBeLessThan(0.75 * q8.memoryBytes);
    // A model as small as this one is faster from int8.
    expect(maxAbsDiff(unpacked.hidden, q8.hidden)).toBe(0);
  });

  it('computes a head from its 4-bit weights as from f32 ones', async () => {
    const expected = await run(dequantized, { precision: 'f32', threads: 1, simd });
    const actual = await run(stored, { precision: 'f32', threads: 1, simd });
    expect(expected.pooled).toHaveLength(2 * config.hidden_size);
    expect(maxAbsDiff(actual.pooled, expected.pooled)).toBeLessThan(1e-6);
    expect(actual.memoryBytes).toBeLessThan(expected.memoryBytes);
  });
});
