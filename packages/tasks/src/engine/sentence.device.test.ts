/** Compares the sentence encoder on real sentences with results of PyTorch and sentence-transformers. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { SentenceGolden } from '@albert-web/core/golden';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import type { SentencePair } from '../index.ts';
import { backendUnderTest, maxAbsDiff, readFixtureJson, shippedModel, testWasmFiles } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Albert } from '../index.ts';
import { cosine, load, UnsupportedTaskError } from '../index.ts';

/** Published: docs/features-and-tests.md, "Tolerances". */
const tolerance = 2e-5;
/** A model of this size takes minutes on an emulated GPU. There the small golden models of core and backends must suffice. */
const emulated = backendUnderTest() === 'webgl' || backendUnderTest() === 'webgpu';
const backend = 'wasm';

let model: Albert;
let golden: SentenceGolden;

beforeAll(async () => {
  await tf.setBackend('cpu'); // tf.memory() needs a backend, whatever the model runs on.
  if (emulated) return;
  golden = await readFixtureJson<SentenceGolden>('sentence/golden.json');
  model = await load(shippedModel('sentence'), {
    backend,
    precision: 'f32',
    wasmFiles: testWasmFiles(),
    probeTimeout: 60_000,
  });
});

afterAll(() => (emulated ? undefined : model.dispose()));

describe.skipIf(emulated)('the sentence encoder', () => {
  it('tokenizes, embeds and compares as PyTorch does', async () => {
    const { sentences, pairs } = golden;
    const embeddings = await model.embed(sentences.map(({ text }) => text));
    sentences.forEach(({ text, ids, embedding }, index) => {
      expect(model.tokenizer.encode(text).ids).toEqual(ids);
      expect(maxAbsDiff(embeddings[index] ?? [], embedding), text).toBeLessThanOrEqual(tolerance);
    });
    const results = await model.paraphrases(pairs.map(({ a, b }): SentencePair => [a, b]));
    pairs.forEach(({ cosine, probability }, index) => {
      expect(results[index]?.similarity).toBeCloseTo(cosine, 4);
      expect(results[index]?.probability).toBeCloseTo(probability, 3);
      expect(results[index]?.paraphrase).toBe(probability >= 0.5);
    });
  });

  it('gives a probability after every layer; the last one is the result', async () => {
    const result = await model.paraphrase('He is rich.', 'He has a lot of money.', { everyLayer: true });
    expect(result.layers).toHaveLength(model.info().config.num_hidden_layers + 1);
    expect(result.layers?.at(-1)).toBeCloseTo(result.probability, 5);
    const shallow = await model.paraphrase('He is rich.', 'He has a lot of money.', { depth: 2 });
    expect(shallow.probability).toBeCloseTo(result.layers?.[2] ?? NaN, 4);
  });

  it('says which backend runs', () => {
    expect(model.info()).toMatchObject({ backend, precision: 'f32', sentenceEncoder: true, maxLength: 128 });
  });

  it('leaks no tensor', async () => {
    const ask = () => model.paraphrase('A man plays the guitar.', 'Someone is making music.');
    await ask();
    const { numTensors, numBytes } = tf.memory();
    for (let call = 0; call < 10; call++) await ask();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });

  it.each(['', '   ', '\n'])('rejects the empty sentence %j', async (text) => {
    await expect(model.paraphrase('He is rich.', text)).rejects.toThrow(InvalidArgumentError);
  });

  it('accepts lone surrogates, and 100,000 characters, which it truncates and reports', async () => {
    const long = 'the quick brown fox jumps over the lazy dog. '.repeat(2223);
    const result = await model.paraphrase(long, 'half an emoji \ud83d here');
    expect(result.truncated).toBe(true);
    expect(result.probability).toBeGreaterThanOrEqual(0);
  });

  it('rejects a task for which it has no head', async () => {
    await expect(model.fillMask('a [MASK]')).rejects.toThrow(UnsupportedTaskError);
    await expect(model.answer('who?', 'nobody')).rejects.toThrow(UnsupportedTaskError);
    await expect(model.classify(['text'])).rejects.toThrow(UnsupportedTaskError);
  });

  it('stops for an aborted signal, and later calls succeed', async () => {
    const aborted = model.paraphrase('one', 'two', { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toThrow(/abort/iu);
    expect((await model.paraphrase('one', 'one')).paraphrase).toBe(true);
  });
});

it.skipIf(emulated)(
  'runs in q8 by default, within the limits that `albert compare` sets for quantized models',
  async () => {
    await using quantized = await load(shippedModel('sentence'), {
      backend,
      wasmFiles: testWasmFiles(),
      probeTimeout: 60_000,
    });
    expect(quantized.info().precision).toBe('q8');
    const embeddings = await quantized.embed(golden.sentences.map(({ text }) => text));
    const cosines = golden.sentences.map(({ embedding }, index) =>
      cosine(embeddings[index] ?? new Float32Array(), new Float32Array(embedding)),
    );
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.99);
    expect(cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toBeGreaterThanOrEqual(0.999);
  },
);

it.skipIf(emulated)(
  'can be loaded twice at once, disposed during a call, and loaded again; all memory is freed',
  async () => {
    const options = { backend, precision: 'f32', wasmFiles: testWasmFiles(), probeTimeout: 60_000 } as const;
    const { numTensors } = tf.memory();
    const [first, second] = await Promise.all([
      load(shippedModel('sentence'), options),
      load(shippedModel('sentence'), options),
    ]);
    const running = first.paraphrase('one', 'two');
    const waiting = first.paraphrase('three', 'four');
    const disposed = first.dispose();
    // Each call either runs before dispose() or is rejected with a named error. None hangs or crashes.
    for (const call of [running, waiting]) {
      await call.then(
        ({ probability }) => expect(probability).toBeGreaterThan(0),
        (error: unknown) => expect(error).toBeInstanceOf(DisposedError),
      );
    }
    await disposed;
    await expect(first.paraphrase('one', 'two')).rejects.toThrow(DisposedError);
    expect((await second.paraphrase('one', 'one')).paraphrase).toBe(true);
    await second.dispose();
    const third = await load(shippedModel('sentence'), options);
    expect((await third.paraphrase('one', 'one')).paraphrase).toBe(true);
    await third.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  },
);
