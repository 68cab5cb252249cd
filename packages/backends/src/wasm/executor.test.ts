import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  defaultConfig,
  modelWeights,
  paperSizes,
  type AlbertConfig,
  type RawInputs,
  type WeightReader,
} from '@albert-web/core';
import { chooseSimd, WasmStartError } from '@albert-web/kernels';
import { matrixRows, maxAbsDiff, plainWeights, randomWeights, seededRandom, type Random } from '@albert-web/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { createWasmExecutor, type WasmExecutor } from './index.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  vocab_size: 500,
  embedding_size: 32,
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  intermediate_size: 512,
};

const [batch, length] = [2, 24];

const head = 'encoder';

afterEach(() => vi.unstubAllGlobals());

const randomInputs = (random: Random): RawInputs => ({
  inputIds: Array.from({ length: batch }, () => Array.from({ length }, () => random.integer(0, config.vocab_size))),
});

async function hiddenOf(executor: WasmExecutor, inputs: RawInputs): Promise<Float32Array> {
  const { outputs } = await executor.run(inputs);
  return outputs['last_hidden_state']?.values ?? new Float32Array();
}

it('stays close to f32 in q8, and far from saturation, if a few channels are thirty times larger', async () => {
  const random = seededRandom(11);
  const plain = randomWeights(modelWeights(config, head), random, 0.05);
  const weights = plainWeights(
    new Map(
      modelWeights(config, head).map(({ name, shape }) => {
        const values = plain.float32(name);
        // Trained models have such channels: LayerNorm scales that amplify a few features.
        if (/(LayerNorm|layer_norm)\.weight$/.test(name)) [5, 77].forEach((channel) => (values[channel] = 30));
        return [name, { shape, values }];
      }),
    ),
  );
  const inputs = randomInputs(random);
  const f32 = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 1 });
  const q8 = await createWasmExecutor(config, head, weights, { precision: 'q8', threads: 1 });
  const [expected, actual] = [await hiddenOf(f32, inputs), await hiddenOf(q8, inputs)];
  f32.dispose();
  q8.dispose();
  for (let row = 0; row < batch * length; row++) {
    const part = (values: Float32Array): Float32Array =>
      values.subarray(row * config.hidden_size, (row + 1) * config.hidden_size);
    expect(cosine(part(actual), part(expected))).toBeGreaterThan(0.99);
  }
});

// With an exact dot product, activations have 8 bits; with products summed in 16 bits, 7.
it.each([
  { simd: 'plain', most: 0.005 },
  { simd: chooseSimd(), most: 0.011 },
] as const)(
  'keeps int8 weights as they are stored, $simd SIMD: within $most of f32, root mean square',
  async (each) => {
    const random = seededRandom(21);
    const plain = randomWeights(modelWeights(config, head), random, 0.05);
    const stored = new Map(
      modelWeights(config, head)
        .filter(({ name, shape }) => shape.length === 2 && !name.startsWith('embeddings'))
        .map(({ name, shape: [rows = 0, columns = 0] }) => {
          const values = Int8Array.from({ length: rows * columns }, () => random.integer(-127, 128));
          return [name, { values, scales: new Float32Array(rows).fill(0.07 / 127) }];
        }),
    );
    const whole = new Map(
      [...stored].map(([name, { values }]) => [name, Float32Array.from(values, (value) => value * (0.07 / 127))]),
    );
    const float32 = (name: string): Float32Array<ArrayBuffer> => whole.get(name) ?? plain.float32(name);
    const weights: WeightReader = {
      shape: (name) => plain.shape(name),
      rows: (name, rows) => matrixRows(float32(name), plain.shape(name)?.[1] ?? 0, rows),
      int8: (name) => stored.get(name),
      int4: () => undefined,
      float32,
    };
    const inputs = randomInputs(random);
    const f32 = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 1, simd: each.simd });
    const q8 = await createWasmExecutor(config, head, weights, { precision: 'q8', threads: 1, simd: each.simd });
    const [expected, actual] = [await hiddenOf(f32, inputs), await hiddenOf(q8, inputs)];
    f32.dispose();
    q8.dispose();
    const squares = actual.reduce((sum, value, i) => sum + (value - (expected[i] ?? NaN)) ** 2, 0);
    expect(Math.sqrt(squares / actual.length)).toBeLessThan(each.most);
  },
);

it('falls back to one thread, with a note, if threads do not start', async () => {
  const random = seededRandom(12);
  const weights = randomWeights(modelWeights(config, head), random);
  const inputs = randomInputs(random);
  const files = async (file: string): Promise<BufferSource> => {
    if (file.includes('threads')) throw new Error('blocked');
    const { readFile } = await import('node:fs/promises');
    return readFile(new URL(`../../../kernels/src/build/${file}`, import.meta.url));
  };
  const alone = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 1 });
  const fallen = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 2, wasmFiles: files });
  expect(fallen.threads).toBe(1);
  expect(fallen.notes).toEqual([
    { message: expect.stringContaining('blocked') as string, reason: { code: 'threads-failed' } },
  ]);
  expect(maxAbsDiff(await hiddenOf(fallen, inputs), await hiddenOf(alone, inputs))).toBe(0);
  alone.dispose();
  fallen.dispose();
});

it.each([
  { isolated: true, said: 'this browser has no shared memory', code: 'no-shared-memory' },
  { isolated: false, said: 'a page needs COOP and COEP headers', code: 'not-isolated' },
])('blames the headers only on a page that is not isolated: $said', async ({ isolated, said, code }) => {
  vi.stubGlobal('crossOriginIsolated', isolated);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  const weights = randomWeights(modelWeights(config, head), seededRandom(15));
  const executor = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 2 });
  expect(executor.threads).toBe(1);
  expect(executor.notes).toEqual([{ message: expect.stringContaining(said) as string, reason: { code } }]);
  executor.dispose();
});

it('always continues from a layer correctly, with two threads on a busy machine', async () => {
  const random = seededRandom(14);
  const weights = randomWeights(modelWeights(config, head), random);
  const alone = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 1 });
  const paired = await createWasmExecutor(config, head, weights, { precision: 'f32', threads: 2 });
  const inputs = { inputIds: [[5, 6, 7, 8]] };
  const lastOf = async (executor: WasmExecutor): Promise<Float32Array> => {
    const walk = executor.walk(inputs, { depth: 2 });
    await walk.next();
    const { last_hidden_state: hidden } = await walk.next();
    walk.dispose();
    return hidden?.values ?? new Float32Array();
  };
  const expected = await lastOf(alone);
  // If threads can lose the processor at any moment, this shows whether one can miss a job.
  const others = Array.from({ length: 2 * availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
  try {
    for (let call = 0; call < 1500; call++) {
      await new Promise((resolve) => setTimeout(resolve));
      expect(maxAbsDiff(await lastOf(paired), expected), `call ${call}`).toBe(0);
    }
  } finally {
    await Promise.all(others.map((other) => other.terminate()));
    alone.dispose();
    paired.dispose();
  }
}, 60_000);

it('says what to do if the module does not load', async () => {
  const weights = randomWeights(modelWeights(config, head), seededRandom(13));
  const missing = createWasmExecutor(config, head, weights, {
    precision: 'f32',
    threads: 1,
    wasmFiles: new URL('./nowhere/', import.meta.url),
  });
  await expect(missing).rejects.toThrow(WasmStartError);
  await expect(missing).rejects.toThrow(/wasmFiles/u);
});

it('needs 27 MB for base in q8 and a pass of 512 tokens, which leaves 13 of 40 for the embeddings', async () => {
  const base = { ...defaultConfig, ...paperSizes.base };
  const shapes = new Map(modelWeights(base, head).map(({ name, shape }) => [name, shape]));
  const executor = await createWasmExecutor(
    base,
    head,
    {
      shape: (name) => shapes.get(name),
      float32: (name) => new Float32Array((shapes.get(name) ?? []).reduce((size, side) => size * side, 1)).fill(0.01),
      rows: (name, rows) => new Float32Array(rows.length * (shapes.get(name)?.[1] ?? 0)).fill(0.01),
      int8: () => undefined,
      int4: () => undefined,
    },
    { precision: 'q8', threads: 1 },
  );
  await executor.run({ inputIds: [Array.from({ length: 512 }, () => 5)] }, { depth: 1 });
  expect(executor.memoryBytes).toBeLessThan(27e6);
  executor.dispose();
});

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
