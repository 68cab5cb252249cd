import type { ParaphraseOptions, ParaphraseResult, SentencePair } from '@albert-web/tasks';
import { describe, expect, it, vi } from 'vitest';
import { coalescePairs } from './coalesce.ts';

const resultOf = ([a]: SentencePair): ParaphraseResult => ({
  paraphrase: true,
  probability: Number(a),
  unsure: false,
  method: 'cross-encoder',
  tokens: [[], []],
  unknownPieces: [
    { share: 0, places: [] },
    { share: 0, places: [] },
  ],
  truncated: false,
});

/** Creates a function that rejects batches with the text `bad`. */
const judgeWith = () =>
  vi.fn((pairs: readonly SentencePair[]) =>
    pairs.some(([a]) => a === 'bad') ? Promise.reject(new Error('refused')) : Promise.resolve(pairs.map(resultOf)),
  );

describe('coalescePairs', () => {
  it('batches the calls of one task by their options', async () => {
    const judge = judgeWith();
    const paraphrase = coalescePairs(judge);
    const results = await Promise.all([
      paraphrase(['1', 'x']),
      paraphrase(['2', 'x']),
      paraphrase(['3', 'x'], { depth: 2 }),
      paraphrase(['4', 'x'], { earlyExit: { patience: 1 } }),
      paraphrase(['5', 'x'], { earlyExit: { patience: 1 } }),
    ]);
    expect(results.map(({ probability }) => probability)).toEqual([1, 2, 3, 4, 5]);
    expect(judge.mock.calls.map(([pairs]) => pairs.length)).toEqual([2, 1, 2]);
    await paraphrase(['6', 'x']);
    expect(judge).toHaveBeenCalledTimes(4);
  });

  it('rejects an aborted call at once, without affecting its batch', async () => {
    const judge = judgeWith();
    const paraphrase = coalescePairs(judge);
    const [early, late] = [new AbortController(), new AbortController()];
    const calls = [
      paraphrase(['1', 'x'], { signal: early.signal }),
      paraphrase(['2', 'x'], { signal: late.signal }),
      paraphrase(['3', 'x']),
    ];
    early.abort('before the batch');
    await Promise.resolve();
    late.abort('during the batch');
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes).toMatchObject([
      { reason: 'before the batch' },
      { reason: 'during the batch' },
      { value: { probability: 3 } },
    ]);
    expect(judge.mock.calls.map(([pairs]) => pairs.length)).toEqual([2]);
  });

  it('aborts a batch only when all its calls are aborted', async () => {
    const given: (AbortSignal | undefined)[] = [];
    const judge = (pairs: readonly SentencePair[], { signal }: ParaphraseOptions): Promise<ParaphraseResult[]> => {
      given.push(signal);
      return new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
        setTimeout(() => resolve(pairs.map(resultOf)), 50);
      });
    };
    const paraphrase = coalescePairs(judge);
    const [one, two] = [new AbortController(), new AbortController()];
    const calls = [paraphrase(['1', 'x'], { signal: one.signal }), paraphrase(['2', 'x'], { signal: two.signal })];
    await Promise.resolve();
    one.abort('one');
    expect(given[0]?.aborted).toBe(false);
    two.abort('two');
    expect(given[0]?.aborted).toBe(true);
    await expect(Promise.allSettled(calls)).resolves.toMatchObject([{ reason: 'one' }, { reason: 'two' }]);

    await Promise.all([paraphrase(['3', 'x'], { signal: new AbortController().signal }), paraphrase(['4', 'x'])]);
    expect(given.at(-1)).toBeUndefined();
  });

  it('passes the signal of a single call, and does not batch a call with a progress callback', async () => {
    const judge = vi.fn<(pairs: readonly SentencePair[], options: ParaphraseOptions) => Promise<ParaphraseResult[]>>(
      (pairs) => Promise.resolve(pairs.map(resultOf)),
    );
    const paraphrase = coalescePairs(judge);
    const { signal } = new AbortController();
    const onProgress = (): void => undefined;
    await Promise.all([paraphrase(['1', 'x'], { onProgress }), paraphrase(['2', 'x'], { signal })]);
    expect(judge.mock.calls.map(([, options]) => options)).toEqual([{ onProgress }, { signal }]);
  });

  it('rejects only the pair that fails', async () => {
    const paraphrase = coalescePairs(judgeWith());
    const outcomes = await Promise.allSettled([
      paraphrase(['1', 'x']),
      paraphrase(['bad', 'x']),
      paraphrase(['3', 'x']),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
