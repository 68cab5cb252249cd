/** Compares search and mining with sentence-transformers on the same vectors: `scripts/search_golden.py`. */
import { parseSafetensors, writeSafetensors, type Checkpoint } from '@albert-web/checkpoints';
import { InvalidArgumentError } from '@albert-web/errors';
import { readFixtureJson, seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { minePairs, type MinedPair } from './mine-pairs.ts';
import { paraphraseMining, type MiningProgress } from './paraphrase-mining.ts';
import type { ParaphraseResult } from '../tasks/paraphrase.ts';
import { LocalIndex } from './semantic-index.ts';
import { VectorIndex, type IndexPrecision } from './vector-index.ts';

interface SearchGolden {
  readonly vectors: readonly (readonly number[])[];
  readonly queries: readonly (readonly number[])[];
  readonly search: readonly {
    readonly top_k: number;
    readonly hits: readonly (readonly { readonly corpus_id: number; readonly score: number }[])[];
  }[];
  readonly mining: readonly {
    readonly top_k: number;
    readonly pairs: readonly (readonly [score: number, first: number, second: number])[];
  }[];
}

const golden = await readFixtureJson<SearchGolden>('sentence/search.json');
const vectors = golden.vectors.map((vector) => Float32Array.from(vector));
const queries = golden.queries.map((vector) => Float32Array.from(vector));

function indexed(precision: IndexPrecision): VectorIndex {
  const index = new VectorIndex(precision);
  vectors.forEach((vector, id) => expect(index.add(`text ${id}`, vector)).toBe(id));
  return index;
}

/** What identifies the model of the vectors, in place of the embedding of a fixed text. */
const identity = Float32Array.of(1, 2, 3);

/** Replaces a tensor's first number with NaN. */
function withNaN(tensors: Checkpoint['tensors'], name: string): Checkpoint['tensors'] {
  return new Map(
    [...tensors].map(([key, tensor]) => {
      const bytes = tensor.bytes.slice();
      if (key === name) new Float32Array(bytes.buffer, 0, 1).fill(NaN);
      return [key, { ...tensor, bytes }];
    }),
  );
}

describe('an index', () => {
  it('finds what semantic_search finds, in its order', async () => {
    const index = indexed('f32');
    for (const { top_k, hits } of golden.search) {
      for (const [query, expected] of hits.entries()) {
        const found = await index.search(queries[query] ?? new Float32Array(), top_k);
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ corpus_id }) => corpus_id));
        found.forEach(({ score, id, text }, rank) => {
          expect(score).toBeCloseTo(expected[rank]?.score ?? NaN, 6);
          expect(text).toBe(`text ${id}`);
        });
      }
    }
  });

  it('changes no score by 0.01 or more in int8', async () => {
    const index = indexed('q8');
    for (const [query, expected] of golden.search.at(-1)?.hits.entries() ?? []) {
      const found = await index.search(queries[query] ?? new Float32Array(), vectors.length);
      const scores = new Map(found.map(({ id, score }) => [id, score]));
      for (const { corpus_id, score } of expected)
        expect(Math.abs((scores.get(corpus_id) ?? NaN) - score)).toBeLessThan(0.01);
      expect(found[0]?.id).toBe(expected[0]?.corpus_id);
    }
  });

  it.each<IndexPrecision>(['f32', 'q8'])(
    'is restored from a file in %s, and continues with new ids',
    async (precision) => {
      const index = indexed(precision);
      expect(index.remove([3, 4, 1000])).toBe(2);
      const restored = new VectorIndex(precision);
      restored.restore(index.save(identity), identity);
      const [query = new Float32Array()] = queries;
      expect(await restored.search(query, 50)).toEqual(await index.search(query, 50));
      expect(restored.size).toBe(vectors.length - 2);
      expect(restored.add('new', query)).toBe(vectors.length);
      expect((await restored.search(query, 1))[0]?.text).toBe('new');
      const other = new VectorIndex(precision === 'q8' ? 'f32' : 'q8');
      expect(() => other.restore(index.save(identity), identity)).toThrow(InvalidArgumentError);
      expect(() => restored.add('other model', new Float32Array(3))).toThrow('A vector has 3 numbers');
    },
  );

  it.each<IndexPrecision>(['f32', 'q8'])('rejects a damaged file in %s, and keeps its contents', (precision) => {
    const index = indexed(precision);
    const { tensors, metadata } = parseSafetensors(index.save(identity), 'the index');
    const texts = JSON.parse(metadata['texts'] ?? '') as { id: number; text: string }[];
    const scale = tensors.get('embeddings.scale');
    const damaged: (readonly [problem: string, file: Checkpoint])[] = [
      ['is not an index', { tensors, metadata: { ...metadata, kind: 'something else' } }],
      ['metadata', { tensors, metadata: { kind: metadata['kind'] ?? '', texts: metadata['texts'] ?? '' } }],
      ['metadata', { tensors, metadata: { ...metadata, next: '1e400' } }],
      ['metadata', { tensors, metadata: { ...metadata, texts: '[{"id":0}]' } }],
      ['vectors and', { tensors, metadata: { ...metadata, texts: JSON.stringify(texts.slice(1)) } }],
      ['ids', { tensors, metadata: { ...metadata, next: '3' } }],
      ['ids', { tensors, metadata: { ...metadata, texts: JSON.stringify(texts.map((text) => ({ ...text, id: 0 }))) } }],
      precision === 'q8'
        ? ['scales', { tensors: new Map([...tensors].filter(([name]) => name === 'embeddings')), metadata }]
        : ['not finite', { tensors: withNaN(tensors, 'embeddings'), metadata }],
      ...(scale ? ([['scales', { tensors: withNaN(tensors, scale.name), metadata }]] as const) : []),
      ['identify the model', { tensors: withNaN(tensors, 'model'), metadata }],
      [
        'saved by an earlier version',
        { tensors: new Map([...tensors].filter(([name]) => name !== 'model')), metadata },
      ],
    ];
    for (const [problem, file] of damaged) {
      const bytes = writeSafetensors(file);
      expect(() => index.restore(bytes, identity), problem).toThrow(InvalidArgumentError);
      expect(() => index.restore(bytes, identity)).toThrow(problem);
    }
    expect(index.size).toBe(vectors.length);
    expect(index.add('next', vectors[0] ?? new Float32Array())).toBe(vectors.length);
  });

  it.each<IndexPrecision>(['f32', 'q8'])(
    'is restored from a Buffer of a file in %s, wherever it lies',
    async (precision) => {
      const index = indexed(precision);
      const bytes = index.save(identity);
      const [query = new Float32Array()] = queries;
      const expected = await index.search(query, 50);
      for (const offset of [0, 1, 4]) {
        const buffer = Buffer.alloc(bytes.length + 8).subarray(offset, offset + bytes.length);
        buffer.set(bytes);
        const restored = new VectorIndex(precision);
        restored.restore(buffer, identity);
        expect(await restored.search(query, 50), `${offset}`).toEqual(expected);
      }
    },
  );

  it('is not restored from a file of another model, although its vectors have as many numbers', async () => {
    const encoder = (shift: number): LocalIndex =>
      new LocalIndex({
        embed: (texts) =>
          Promise.resolve(
            texts.map((text) =>
              Float32Array.from({ length: 8 }, (_, i) => Math.sin(((text.length % 7) + 1) * i + shift)),
            ),
          ),
        assertUsable: () => undefined,
      });
    const [index, same, other] = [encoder(0), encoder(0.1), encoder(2)];
    await index.add(['one', 'other']);
    const bytes = await index.save();
    await same.restore(bytes);
    expect(await same.size()).toBe(2);
    await other.add('kept');
    await expect(other.restore(bytes)).rejects.toThrow('The index was built with another model');
    expect((await other.search('kept'))[0]?.text).toBe('kept');
  });

  it('accepts one text or many, and rejects invalid arguments', async () => {
    const index = new LocalIndex({
      embed: (texts) => Promise.resolve(texts.map((text) => vectors[Number(text)] ?? new Float32Array(8))),
      assertUsable: () => undefined,
    });
    expect(await index.add(['0', '1', '2'])).toEqual([0, 1, 2]);
    expect(await index.add('6')).toEqual([3]);
    const one = await index.search('0', 2);
    expect(await index.search(['0', '1'], 2)).toEqual([one, await index.search('1', 2)]);
    expect(one[0]).toMatchObject({ id: 0, text: '0' });
    expect(await index.remove(0)).toBe(1);
    expect((await index.search('0', 1))[0]?.id).not.toBe(0);
    expect(await index.size()).toBe(3);
    await expect(index.search('0', 0)).rejects.toThrow('k is 0');
    await expect(index.search('0', 1, { topK: 1 } as never)).rejects.toThrow('no option "topK"');
    await expect(index.add([''])).rejects.toThrow(InvalidArgumentError);
    await expect(index.restore('text' as never)).rejects.toThrow('bytes is "text"');
  });
});

const neutral = { scale: 10, bias: -7 };

describe('mining', () => {
  it.each(golden.mining)('finds the pairs of paraphrase_mining, top_k $top_k', async ({ top_k, pairs }) => {
    const found = await minePairs(vectors, neutral, { topK: top_k, maxPairs: pairs.length });
    expect(found.map(({ first, second }) => [first, second])).toEqual(
      pairs.map(([, first, second]) => [first, second]),
    );
    found.forEach(({ similarity }, rank) => expect(similarity).toBeCloseTo(pairs[rank]?.[0] ?? NaN, 6));
  });

  it('stops for a signal, and leaves out pairs below a similarity', async () => {
    await expect(minePairs(vectors, neutral, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/iu);
    const near = await minePairs(vectors, neutral, { minSimilarity: 0.9 });
    const [{ pairs } = { pairs: [] }] = golden.mining;
    expect(near).toHaveLength(pairs.filter(([score]) => score >= 0.9).length);
  });
});

describe('paraphraseMining', () => {
  const sentences = ['a 1', 'b 1', 'a 2', 'c 1', 'b 2', 'a 3'];
  const pairOf = (first: number, second: number, probability: number): MinedPair => ({
    first,
    second,
    similarity: probability,
    probability,
  });
  const unknown = (...texts: readonly string[]) => texts.map((text) => ({ share: text === '?' ? 1 : 0 }));
  const encoder = {
    minePairs: () =>
      Promise.resolve([
        pairOf(0, 2, 0.9),
        pairOf(0, 3, 0.8),
        pairOf(2, 5, 0.7),
        pairOf(0, 5, 0.6),
        pairOf(1, 4, 0.3),
        pairOf(3, 4, 0.1),
      ]),
  };

  it('lets a judge decide on the pairs that the encoder proposes, and clusters the sentences that mean the same', async () => {
    const asked: string[] = [];
    const judge = {
      paraphrases: (pairs: readonly (readonly [string, string])[]) => {
        asked.push(...pairs.map((pair) => pair.join()));
        const judge = ([a, b]: readonly [string, string]): ParaphraseResult =>
          ({
            probability: a[0] === b[0] ? 0.95 : 0.05,
            tokens: [[a], [b]],
            unknownPieces: unknown(a, b),
          }) as unknown as ParaphraseResult;
        return Promise.resolve(pairs.map(judge));
      },
    };
    const reports: MiningProgress[] = [];
    const { pairs, clusters } = await paraphraseMining(sentences, {
      encoder,
      judge,
      onProgress: (report) => reports.push(report),
    });
    expect(clusters).toEqual([
      [0, 2, 5],
      [1, 4],
    ]);
    expect(asked).not.toContain('c 1,b 2');
    expect(asked).toContain('a 1,c 1');
    expect(pairs.every(({ probability }) => probability === 0.95)).toBe(true);
    expect(reports.at(-1)).toEqual({ stage: 'judging', done: 5, total: 5 });
  });

  it('never pairs a sentence that the judge cannot read', async () => {
    const judge = {
      paraphrases: (pairs: readonly (readonly [string, string])[]) =>
        Promise.resolve(
          pairs.map(
            ([a, b]) =>
              ({ probability: 0.95, tokens: [[a], [b]], unknownPieces: unknown(a, b) }) as unknown as ParaphraseResult,
          ),
        ),
    };
    const { clusters } = await paraphraseMining(['?', 'b 1', '?', 'c 1', 'b 2', '?'], { encoder, judge });
    expect(clusters).toEqual([[1, 4]]);
  });

  it('leaves out pairs of which the judge is unsure, unless a threshold is given', async () => {
    const judge = {
      paraphrases: (pairs: readonly (readonly [string, string])[]) =>
        Promise.resolve(
          pairs.map(
            ([a, b]): ParaphraseResult =>
              ({
                probability: a[0] === b[0] ? 0.6 : 0.4,
                unsure: a[0] === 'a',
                tokens: [[a], [b]],
                unknownPieces: unknown(a, b),
              }) as unknown as ParaphraseResult,
          ),
        ),
    };
    expect((await paraphraseMining(sentences, { encoder, judge })).clusters).toEqual([[1, 4]]);
    const chosen = await paraphraseMining(sentences, { encoder, judge, threshold: 0.55 });
    expect(chosen.clusters).toEqual([
      [0, 2, 5],
      [1, 4],
    ]);
  });

  it('uses the encoder alone without a judge', async () => {
    const { clusters } = await paraphraseMining(sentences, { encoder, threshold: 0.85 });
    expect(clusters).toEqual([[0, 2]]);
  });

  it('rejects invalid arguments, and stops for a signal', async () => {
    await expect(paraphraseMining(['a', ''], { encoder })).rejects.toThrow('sentences[1] is ""');
    await expect(paraphraseMining(['a'], { encoder: {} as never })).rejects.toThrow('Expected a sentence encoder');
    await expect(paraphraseMining(['a'], { encoder, treshold: 1 } as never)).rejects.toThrow(
      'Did you mean "threshold"',
    );
    await expect(paraphraseMining(['a'], undefined as never)).rejects.toThrow('encoder is undefined');
    await expect(paraphraseMining(['a'], { encoder: Promise.resolve(encoder) } as never)).rejects.toThrow(
      'encoder is a promise, which lacks an await',
    );
    const signal = AbortSignal.abort();
    await expect(paraphraseMining(sentences, { encoder, signal })).rejects.toThrow(/abort/iu);
  });

  it('mines 1,000 vectors without blocking other work', async () => {
    const random = seededRandom(5);
    const many = Array.from({ length: 1000 }, () => Float32Array.from(random.normals(64)));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const pairs = await minePairs(many, neutral, { topK: 3 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    expect(pairs.length).toBeGreaterThan(1500);
  });
});
