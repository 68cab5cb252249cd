import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { defaultConfig, encoderWeights, paperSizes, type AlbertConfig } from '@albert-web/core';
import { WasmStartError } from '@albert-web/kernels';
import { maxAbsDiff, plainWeights, randomWeights, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, expect, it } from 'vitest';
import { createWasmExecutor, type WasmExecutor } from './index.ts';

beforeAll(useBackendUnderTest);

const config: AlbertConfig = {
  ...defaultConfig,
  embedding_size: 32,
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  intermediate_size: 512,
};

const [batch, length] = [2, 24];

async function hiddenOf(executor: WasmExecutor, embedded: Float32Array): Promise<Float32Array> {
  const input = tf.tensor3d(embedded, [batch, length, config.embedding_size]);
  const mask = tf.ones<tf.Rank.R2>([batch, length], 'int32');
  const { hidden } = await executor.encode(input, mask);
  const values = Float32Array.from(await hidden.data());
  tf.dispose([input, mask, hidden]);
  return values;
}

it('stays close to f32 in q8, and far from saturation, where a few channels are thirty times larger', async () => {
  const random = seededRandom(11);
  const plain = randomWeights(encoderWeights(config), random, 0.05);
  const weights = plainWeights(
    new Map(
      encoderWeights(config).map(({ name, shape }) => {
        const values = plain.float32(name);
        // Trained models have such channels: LayerNorm scales that single out a few features.
        if (/(LayerNorm|layer_norm)\.weight$/.test(name)) [5, 77].forEach((channel) => (values[channel] = 30));
        return [name, { shape, values }];
      }),
    ),
  );
  const embedded = random.normals(batch * length * config.embedding_size);
  const f32 = await createWasmExecutor(config, weights, { precision: 'f32', threads: 1 });
  const q8 = await createWasmExecutor(config, weights, { precision: 'q8', threads: 1 });
  const [expected, actual] = [await hiddenOf(f32, embedded), await hiddenOf(q8, embedded)];
  f32.dispose();
  q8.dispose();
  for (let row = 0; row < batch * length; row++) {
    const part = (values: Float32Array): Float32Array =>
      values.subarray(row * config.hidden_size, (row + 1) * config.hidden_size);
    expect(cosine(part(actual), part(expected))).toBeGreaterThan(0.99);
  }
});

it('falls back to one thread, and says so, when threads do not start', async () => {
  const random = seededRandom(12);
  const weights = randomWeights(encoderWeights(config), random);
  const embedded = random.normals(batch * length * config.embedding_size);
  const files = async (file: string): Promise<BufferSource> => {
    if (file.includes('threads')) throw new Error('blocked');
    const { readFile } = await import('node:fs/promises');
    return readFile(new URL(`../../../kernels/src/build/${file}`, import.meta.url));
  };
  const alone = await createWasmExecutor(config, weights, { precision: 'f32', threads: 1 });
  const fallen = await createWasmExecutor(config, weights, { precision: 'f32', threads: 2, wasmFiles: files });
  expect(fallen.threads).toBe(1);
  expect(fallen.notes).toEqual([expect.stringContaining('blocked')]);
  expect(maxAbsDiff(await hiddenOf(fallen, embedded), await hiddenOf(alone, embedded))).toBe(0);
  alone.dispose();
  fallen.dispose();
});

it('goes on from a layer right each time, in two threads on a machine that is busy', async () => {
  const random = seededRandom(14);
  const weights = randomWeights(encoderWeights(config), random);
  const alone = await createWasmExecutor(config, weights, { precision: 'f32', threads: 1 });
  const paired = await createWasmExecutor(config, weights, { precision: 'f32', threads: 2 });
  const hidden = tf.tensor3d(random.normals(4 * config.hidden_size), [1, 4, config.hidden_size]);
  const mask = tf.ones<tf.Rank.R2>([1, 4], 'int32');
  const lastOf = async (executor: WasmExecutor): Promise<Float32Array> => {
    const output = await executor.encode(hidden, mask, { from: 3, depth: 4 });
    const values = Float32Array.from(await output.hidden.data());
    output.hidden.dispose();
    return values;
  };
  const expected = await lastOf(alone);
  // Threads that lose the processor at any moment are what shows whether one can miss a job.
  const others = Array.from({ length: 2 * availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
  try {
    for (let call = 0; call < 1500; call++) {
      await new Promise((resolve) => setTimeout(resolve));
      expect(maxAbsDiff(await lastOf(paired), expected), `call ${call}`).toBe(0);
    }
  } finally {
    await Promise.all(others.map((other) => other.terminate()));
    tf.dispose([hidden, mask]);
    alone.dispose();
    paired.dispose();
  }
}, 60_000);

it('says what to do when the module does not load', async () => {
  const weights = randomWeights(encoderWeights(config), seededRandom(13));
  const missing = createWasmExecutor(config, weights, {
    precision: 'f32',
    threads: 1,
    wasmFiles: new URL('./nowhere/', import.meta.url),
  });
  await expect(missing).rejects.toThrow(WasmStartError);
  await expect(missing).rejects.toThrow(/wasmFiles/u);
});

it('holds base in q8 and a pass of 512 tokens in 27 MB, which leaves 13 of 40 for the embeddings', async () => {
  const base = { ...defaultConfig, ...paperSizes.base };
  const shapes = new Map(encoderWeights(base).map(({ name, shape }) => [name, shape]));
  const executor = await createWasmExecutor(
    base,
    {
      shape: (name) => shapes.get(name),
      float32: (name) => new Float32Array((shapes.get(name) ?? []).reduce((size, side) => size * side, 1)).fill(0.01),
      rows: () => new Float32Array(0),
      int8: () => undefined,
    },
    { precision: 'q8', threads: 1 },
  );
  const input = tf.zeros<tf.Rank.R3>([1, 512, 128]);
  const mask = tf.ones<tf.Rank.R2>([1, 512], 'int32');
  tf.dispose([(await executor.encode(input, mask, { depth: 1 })).hidden, input, mask]);
  expect(executor.memoryBytes).toBeLessThan(27e6);
  executor.dispose();
});

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
