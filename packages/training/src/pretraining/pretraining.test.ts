import { readFixture } from '@albert-web/testing';
import { loadTokenizer, type Tokenizer } from '@albert-web/tokenizer';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { RandomStream } from '../random.ts';
import { readExample, writeExample } from '../records/example.ts';
import { frameRecord, readRecords } from '../records/tf-record.ts';
import { readDocuments, wordStarts } from './documents.ts';
import { createInstances, type InstanceOptions, type PretrainingInstance } from './instances.ts';
import { maskSequence } from './masking.ts';

const options: InstanceOptions = {
  maxSeqLength: 48,
  shortSeqProb: 0.1,
  maskedLmProb: 0.15,
  maxPredictions: 8,
  ngram: 3,
  favorShorter: true,
  wholeWord: true,
  randomNextSentence: false,
  seed: 7,
};
const text = Array.from({ length: 60 }, (_, i) =>
  i % 6 === 5 ? '' : `Sentence ${i} of the uncharacteristically long-winded text says something, at last.`,
).join('\n');
let tokenizer: Tokenizer;

beforeAll(async () => {
  tokenizer = loadTokenizer({ 'spiece.model': await readFixture('tokenizer/spiece.model') });
});

async function instances(seed: number, pass = 0, more: Partial<InstanceOptions> = {}): Promise<PretrainingInstance[]> {
  const documents = readDocuments([text], 'x.txt', tokenizer);
  return collect(createInstances(documents, tokenizer, { ...options, seed, ...more }, pass));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

it('reads documents separated by blank lines, wherever chunks are split', async () => {
  const whole = await collect(readDocuments([text], 'x', tokenizer));
  const cut = await collect(readDocuments(text.match(/[^]{1,7}/gu) ?? [], 'x', tokenizer));
  expect(whole).toHaveLength(10);
  expect(cut).toEqual(whole);
});

it('splits a very long document between sentences', async () => {
  const sentence = 'A sentence of a text in which no blank line ever comes.\n';
  const lines = 6000;
  const documents = await collect(
    readDocuments(
      Array.from({ length: lines }, () => sentence),
      'x',
      tokenizer,
    ),
  );
  const lengths = documents.map((document) => document.flat().length);
  expect(documents.flat()).toHaveLength(lines);
  expect(lengths.length).toBeGreaterThan(1);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(32768);
  // All but the last one have nearly the maximum length.
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(32700);
});

it('reads no more of a text than its instances need, so that the text may be larger than memory', async () => {
  let taken = 0;
  function* endless(): Generator<string> {
    for (;;) {
      taken++;
      yield `${text}\n\n`;
    }
  }
  const made = createInstances(readDocuments(endless(), 'x', tokenizer), tokenizer, options, 0);
  for (let i = 0; i < 100; i++) expect((await made.next()).done).toBe(false);
  await made.return(undefined);
  expect(taken).toBeLessThan(60);
});

describe('instances', () => {
  it('depend only on the seed and the pass', async () => {
    expect(await instances(7)).toEqual(await instances(7));
    expect(await instances(7)).not.toEqual(await instances(8));
    expect(await instances(7, 1)).not.toEqual(await instances(7, 0));
  });

  it('fit the length, have two segments, and mask about 15 %', async () => {
    const all = await instances(7);
    const { cls, sep } = tokenizer.special;
    for (const { ids, typeIds, positions, labels } of all) {
      const row = Array.from(ids);
      expect(row.length).toBeLessThanOrEqual(48);
      expect(row[0]).toBe(cls);
      expect(row.filter((id) => id === sep).length).toBeGreaterThanOrEqual(2);
      expect(new Set(Array.from(typeIds))).toEqual(new Set([0, 1]));
      expect(positions.length).toBeLessThanOrEqual(8);
      expect(positions.length).toBe(labels.length);
      expect(positions.every((position) => row[position] !== cls && position < row.length - 1)).toBe(true);
    }
    const tokens = all.reduce((sum, { ids }) => sum + ids.length, 0);
    const masked = all.reduce((sum, { positions }) => sum + positions.length, 0);
    expect(masked / tokens).toBeGreaterThan(0.12);
    expect(masked / tokens).toBeLessThan(0.17);
  });

  it('swap about half of the pairs', async () => {
    const all = (await Promise.all(Array.from({ length: 20 }, (_, pass) => instances(7, pass)))).flat();
    const swapped = all.reduce((sum, { swapped }) => sum + swapped, 0);
    expect(swapped / all.length).toBeGreaterThan(0.4);
    expect(swapped / all.length).toBeLessThan(0.65);
  });
});

describe('masking', () => {
  /** Ids 10 to 99; those that end in 0 or 5 begin a word. */
  const vocabulary = {
    special: { pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 },
    size: 100,
    startsWord: (id: number) => id % 5 === 0,
  };
  const ids = [2, ...Array.from({ length: 80 }, (_, index) => 10 + index), 3];
  const runs = Array.from({ length: 400 }, (_, seed) =>
    maskSequence(ids, vocabulary, { ...options, maxPredictions: 20 }, new RandomStream(seed)),
  );

  it('masks spans of one to three whole words', () => {
    const spans: number[] = [];
    for (const { positions, labels } of runs) {
      for (let start = 0; start < positions.length;) {
        let end = start + 1;
        while (positions[end] === (positions[end - 1] ?? NaN) + 1) end++;
        expect((labels[start] ?? 1) % 5).toBe(0);
        expect((end - start) % 5).toBe(0);
        spans.push((end - start) / 5);
        start = end;
      }
    }
    expect(Math.max(...spans)).toBeGreaterThan(1);
    expect(spans.filter((words) => words === 1).length).toBeGreaterThan(spans.length / 3);
  });

  it('replaces 80 % by [MASK], 10 % by random tokens, and keeps 10 %', () => {
    const pairs = runs.flatMap(({ ids: masked, positions, labels }) =>
      positions.map((position, index) => [masked[position], labels[index]] as const),
    );
    const share = (test: (pair: readonly [number | undefined, number | undefined]) => boolean): number =>
      pairs.filter(test).length / pairs.length;
    expect(share(([id]) => id === 4)).toBeCloseTo(0.8, 1);
    expect(share(([id, label]) => id === label)).toBeCloseTo(0.1, 1);
  });

  it('never masks more than the maximum', () => {
    for (const { positions } of runs) expect(positions.length).toBeLessThanOrEqual(12);
  });
});

it('recognizes where words begin', () => {
  const starts = wordStarts(tokenizer);
  const tokens = tokenizer.encode('uncharacteristically, £5 Ünïcode', { addSpecialTokens: false });
  const words = tokens.ids.map((id, index) => [tokens.tokens[index], starts(id)]);
  for (const [token, begins] of words) {
    if (String(token).startsWith('▁') || token === ',') expect(begins, String(token)).toBe(true);
  }
  expect(words.some(([, begins]) => !begins)).toBe(true);
});

describe('record files', () => {
  it('return the instances that were written', async () => {
    const [instance] = await instances(7);
    if (!instance) throw new Error('no instance');
    const sizes = { maxSeqLength: 48, maxPredictions: 8 };
    const record = frameRecord(writeExample(instance, sizes, wordStarts(tokenizer)));
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < record.length; i += 10) yield record.slice(i, i + 10);
    }
    const [data] = await collect(readRecords(chunks(), 'x'));
    expect(data && readExample(data, 'x')).toEqual({
      ...instance,
      ids: Array.from(instance.ids),
      typeIds: Array.from(instance.typeIds),
    });
  });

  it('a damaged or truncated file is a named error', async () => {
    const record = frameRecord(Uint8Array.from([1, 2, 3]));
    const read = async (bytes: Uint8Array): Promise<unknown> =>
      collect(
        readRecords(
          (async function* () {
            yield bytes;
          })(),
          'x',
        ),
      ).catch((error: unknown) => error);
    expect(await read(record)).toHaveLength(1);
    expect(await read(record.slice(0, -1))).toBeInstanceOf(TrainingDataError);
    expect(await read(record.map((byte, i) => (i === 13 ? byte ^ 1 : byte)))).toBeInstanceOf(TrainingDataError);
    expect(await read(new TextEncoder().encode('a text file, not records'))).toBeInstanceOf(TrainingDataError);
  });
});

it('segments have the token types that the tokenizer gives to pairs', async () => {
  const untyped = loadTokenizer(
    { 'spiece.model': await readFixture('tokenizer/spiece.model') },
    { tokenTypeIds: false },
  );
  const typesOf = async (of: Tokenizer): Promise<Set<number>> => {
    const documents = readDocuments([text], 'x.txt', of);
    const made = await collect(createInstances(documents, of, { ...options, seed: 1 }, 0));
    return new Set(made.flatMap(({ typeIds }) => Array.from(typeIds)));
  };
  expect(await typesOf(tokenizer)).toEqual(new Set([0, 1]));
  expect(await typesOf(untyped)).toEqual(new Set([0]));
});
