import type { AlbertConfig, RawInputs, WeightReader } from '@albert-web/core';
import { createHostEmbeddings, defaultConfig, embeddingWeights } from '@albert-web/core';
import { maxAbsDiff, randomWeights, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { int4Weights } from '../../testing/int4-weights.ts';
import { describeOnWebgpu } from '../testing/device.ts';
import { callBuffer, callOf, readFloats, runKernel } from '../testing/run-kernel.ts';
import { embedBindings, embedProgram, type TableStorage } from './program.ts';
import { packTokens, uploadTables } from './tables.ts';

const random = seededRandom(14);

describeOnWebgpu('embed', (bench) => {
  it.each([
    { storage: 'f32', tolerance: 1e-5 },
    { storage: 'f16', tolerance: 5e-3 },
    { storage: 'q8', tolerance: 1e-5 },
    { storage: 'q4', tolerance: 1e-5 },
  ] as const)('equals the embeddings on the host, words in $storage', async ({ storage, tolerance }) => {
    const { device, pool } = bench();
    for (const embedding_size of storage === 'q4' ? [32, 96, 128] : [1, 6, 128, 200]) {
      const config: AlbertConfig = { ...defaultConfig, vocab_size: 37, max_position_embeddings: 20, embedding_size };
      const weights = weightsWith(storage, config);
      const inputs = randomInputs(config, 3, 11);
      const call = callOf(3, 11);
      const tables = uploadTables(config, weights, storage === 'f16' ? 'f16' : 'f32', pool);
      expect(tables.storage).toBe(storage);
      const tokens = pool.scratch('tokens', 16 * call.rows);
      device.queue.writeBuffer(tokens, 0, packTokens(inputs));
      const output = pool.scratch('embedded', 4 * call.rows * embedding_size);
      const bindings = {
        ...tables.bindings,
        [embedBindings.call]: callBuffer(pool, call),
        [embedBindings.tokens]: tokens,
        [embedBindings.output]: output,
      };
      await runKernel(device, embedProgram(storage), bindings, call, 0);
      const actual = await readFloats(device, output, call.rows * embedding_size);
      const expected = createHostEmbeddings(config, weights)(inputs);
      // A single value cannot be normalized: only rounding errors remain.
      if (embedding_size > 1) expect(maxAbsDiff(actual, expected), `${embedding_size} wide`).toBeLessThan(tolerance);
    }
  });
});

function weightsWith(storage: TableStorage, config: AlbertConfig): WeightReader {
  const specs = embeddingWeights(config);
  if (storage === 'q4') return int4Weights(specs, random).stored;
  const floats = randomWeights(specs, random, 1);
  return storage === 'q8' ? withInt8Words(floats, config) : floats;
}

function randomInputs(config: AlbertConfig, batch: number, length: number): RawInputs {
  const rows = (limit: number): number[][] =>
    Array.from({ length: batch }, () => Array.from({ length }, () => random.integer(0, limit)));
  return {
    inputIds: rows(config.vocab_size),
    tokenTypeIds: rows(config.type_vocab_size),
    positionIds: rows(config.max_position_embeddings),
  };
}

/** Returns the same weights, except for int8 words with one scale each. */
function withInt8Words(weights: WeightReader, { vocab_size, embedding_size }: AlbertConfig): WeightReader {
  const values = Int8Array.from({ length: vocab_size * embedding_size }, () => random.integer(-127, 128));
  const scales = Float32Array.from({ length: vocab_size }, () => 0.001 + 0.01 * random.uniform());
  const rowOf = (word: number): number[] =>
    Array.from(
      values.subarray(word * embedding_size, (word + 1) * embedding_size),
      (value) => value * (scales[word] ?? 0),
    );
  return {
    ...weights,
    int8: (name) => (name === 'embeddings.word_embeddings.weight' ? { values, scales } : undefined),
    int4: () => undefined,
    rows: (_, words) => Float32Array.from(Array.from(words).flatMap(rowOf)),
  };
}
