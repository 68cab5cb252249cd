/** Weights so large that narrow arithmetic overflows, or that low scores do not mask tokens, must not give wrong verdicts. */
import { precisionsOf, type Precision } from '@albert-web/core';
import { parseSafetensors, weightReader, writeSafetensors } from '@albert-web/checkpoints';
import type { AlbertError } from '@albert-web/errors';
import { backendUnderTest, goldenVocabulary, readFixture, readFixtureJson, testWasmFiles } from '@albert-web/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { load } from '../load.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Albert } from '../albert.ts';
import { NonFiniteOutputError, PrecisionWarning } from '../errors.ts';

const backend = backendUnderTest();
const pairs = [
  ['w9 w10 w11 w12 w13 w14 w15 w16', 'w9 w10 w11 w12 w13'],
  ['w9', 'w11'],
] as const;

/** Returns the factor for each weight, given its tensor and its index in the tensor. */
type Factor = (name: string, index: number) => number;

/** Ways to make a model extreme. */
const extremes: Readonly<Record<string, Factor>> = {
  'LayerNorm times 10,000': (name) => (/(LayerNorm|layer_norm)\.weight$/u.test(name) ? 1e4 : 1),
  'queries and keys times 1000': (name) => (/\.(query|key)\.weight$/u.test(name) ? 1000 : 1),
  '12 channels times 1000': (name, index) => (name.endsWith('full_layer_layer_norm.weight') && index < 12 ? 1000 : 1),
};

const opened: Albert[] = [];
afterEach(async () => {
  for (const model of opened.splice(0)) await model.dispose();
});

/** Loads the tiny golden classifier with its weights scaled, as files that a user dropped. */
async function open(factorOf: Factor, precision: Precision, options: LoadOptions = {}): Promise<Albert> {
  const checkpoint = parseSafetensors(
    await readFixture('models/default-sequence/model.safetensors'),
    'model.safetensors',
  );
  const reader = weightReader(checkpoint);
  const tensors = Array.from(checkpoint.tensors.values()).map((tensor) => {
    const scaled = reader.float32(tensor.name).map((value, index) => value * factorOf(tensor.name, index));
    return [tensor.name, { ...tensor, dtype: 'F32', bytes: new Uint8Array(scaled.buffer) }] as const;
  });
  const weights = writeSafetensors({ ...checkpoint, tensors: new Map(tensors) });
  const config = await readFixtureJson<object>('models/default-sequence/config.json');
  const files = [
    new File([JSON.stringify(config)], 'config.json'),
    new File([weights], 'model.safetensors'),
    new File([goldenVocabulary], 'vocab.txt'),
  ];
  const model = await load(files, {
    backend,
    precision,
    wasmFiles: testWasmFiles(),
    probeTimeout: 60_000,
    onWarning: () => undefined,
    ...options,
  });
  opened.push(model);
  return model;
}

const narrow: readonly Precision[] = precisionsOf(backend).filter((precision) => precision !== 'f32');

describe.each(Object.entries(extremes))('%s', (_, factorOf) => {
  it('judges a padded pair in a batch as it does alone, in f32', async () => {
    const model = await open(factorOf, 'f32');
    const together = await model.paraphrases(pairs);
    for (const [index, [a, b]] of pairs.entries()) {
      const alone = await model.paraphrase(a, b);
      expect(together[index]?.probability).toBeCloseTo(alone.probability, 3);
    }
  });

  it.each(narrow)('gives the probability of f32, either in %s or by moving to f32', async (precision) => {
    const warnings: AlbertError[] = [];
    const model = await open(factorOf, precision, { onWarning: (warning) => warnings.push(warning) });
    const expected = await (await open(factorOf, 'f32')).paraphrases(pairs);
    for (const [index, { probability }] of (await model.paraphrases(pairs)).entries())
      expect(Math.abs(probability - (expected[index]?.probability ?? NaN))).toBeLessThan(0.05);
    const { notes, precision: runs } = model.info();
    const received = warnings.filter((warning) => warning instanceof PrecisionWarning).map(({ message }) => message);
    expect(received).toEqual(runs === precision ? [] : [notes[0]?.message]);
  });
});

it('ignores masked tokens with 12 channels times 1000, as the plain encoder does, in f32', async () => {
  const factorOf = extremes['12 channels times 1000'] ?? (() => NaN);
  const expected = await (await open(factorOf, 'f32', { backend: 'cpu' })).paraphrases(pairs);
  const actual = await (await open(factorOf, 'f32')).paraphrases(pairs);
  for (const [index, { probability }] of actual.entries())
    expect(Math.abs(probability - (expected[index]?.probability ?? NaN))).toBeLessThan(1e-3);
});

it.skipIf(!narrow.includes('q8'))(
  'moves a model whose attention scores are thousands apart from q8 to f32',
  async () => {
    const warnings: AlbertError[] = [];
    const model = await open((name) => (/\.(query|key)\.weight$/u.test(name) ? 1000 : 1), 'q8', {
      onWarning: (warning) => warnings.push(warning),
    });
    expect(model.info().precision).toBe('f32');
    expect(warnings).toEqual([expect.any(PrecisionWarning)]);
    expect(warnings[0]?.message).toMatch(/its attention scores lie too far apart for q8/u);
  },
);

it('fails with a named error if even 32-bit floats overflow', async () => {
  const model = await open((name) => (/ffn/u.test(name) ? 1e30 : 1), 'f32');
  await expect(model.paraphrase('w9', 'w10')).rejects.toThrow(NonFiniteOutputError);
});

it.skipIf(!narrow.includes('f16'))(
  'moves a model whose weights do not fit in 16-bit floats to f32, with a warning',
  async () => {
    const warnings: AlbertError[] = [];
    const model = await open((name) => (name.endsWith('ffn.weight') ? 1e7 : 1), 'f16', {
      onWarning: (warning) => warnings.push(warning),
    });
    const { precision, notes } = model.info();
    expect(precision).toBe('f32');
    expect(warnings).toEqual([expect.any(PrecisionWarning)]);
    expect(notes[0]).toEqual({
      message: warnings[0]?.message,
      reason: { code: 'weights-overflow', precision: 'f16' },
    });
  },
);
