import type { ParaphraseResult } from 'albert-web';
import { describe, expect, it, vi } from 'vitest';
import { chunkSize, TableJob, type Judge } from './table-job.ts';

const rows = Array.from({ length: 2 * chunkSize + 5 }, (_, row) =>
  row === 3 ? ['', ''] : row === 4 ? ['alone'] : [`a ${row}`, row === 1 ? '' : `b ${row}`],
);
const file = { columns: ['first', 'second'], rows };

/** Creates a result with this probability and this share of unknown tokens. */
const resultOf = (probability: number, share: number) =>
  ({
    paraphrase: probability >= 0.5,
    unsure: false,
    probability,
    tokens: [['▁a'], ['▁b']],
    unknownPieces: [
      { share, places: [] },
      { share: 0, places: [] },
    ],
  }) as unknown as ParaphraseResult;

/**
 * Creates a model whose calls wait until they are released. The probability of a verdict is the number of the row, and row 5 is
 * mostly unknown to the model.
 */
function heldModel() {
  const waiting: (() => void)[] = [];
  const judge: Judge = {
    paraphrases: async (pairs, { signal } = {}) => {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
      return pairs.map(([a]) => resultOf(Number(a.slice(2)), a === 'a 5' ? 0.9 : 0.1));
    },
  };
  const release = async (): Promise<void> => {
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting.shift()?.();
  };
  return { judge, release, waiting };
}

const rowsOf = (job: TableJob): number[] => [...job.results.keys()];
const everyFilledRow = [...rows.keys()].filter((row) => ![1, 3, 4, 5].includes(row));

describe('a file of pairs', () => {
  it('is processed to its end, with each verdict at its row, and a reason at rows without one', async () => {
    const { judge, release } = heldModel();
    const job = new TableJob(file, [0, 1], vi.fn());
    const running = job.run(judge);
    for (let chunk = 0; chunk < 3; chunk++) await release();
    await running;
    expect(rowsOf(job)).toEqual(everyFilledRow);
    for (const [row, { probability }] of job.results) expect(probability).toBe(row);
    expect(job.done).toBe(true);
    expect(Object.fromEntries(job.skipped)).toEqual({
      1: '“second” is empty',
      3: 'empty row',
      4: '1 cell instead of 2',
      5: 'characters that this model does not know',
    });
  });

  it('is pausing until the current chunk is done, and cannot be started twice in the meantime', async () => {
    const { judge, release, waiting } = heldModel();
    const phases: string[] = [];
    const job = new TableJob(file, [0, 1], () => phases.push(job.phase));
    const running = job.run(judge);
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    job.pause();
    expect(job.phase).toBe('pausing');
    expect(job.run(judge)).toBe(running);
    expect(waiting).toHaveLength(1);
    await release();
    await running;
    expect([job.phase, job.position]).toEqual(['idle', chunkSize]);
    expect(new Set(phases)).toEqual(new Set(['judging', 'pausing', 'idle']));

    const rest = job.run(judge);
    await release();
    await release();
    await rest;
    expect(rowsOf(job)).toEqual(everyFilledRow);
  });

  it('ends without an error when it is stopped, and starts over with another model', async () => {
    const [old, next] = [heldModel(), heldModel()];
    const job = new TableJob(file, [0, 1], vi.fn());
    const running = job.run(old.judge);
    await old.release();
    await old.release();
    job.stop();
    await running;
    expect(job.position).toBe(chunkSize);
    expect([job.continuesWith(old.judge), job.continuesWith(next.judge)]).toEqual([true, false]);

    const again = job.run(next.judge);
    expect(job.position).toBe(0);
    for (let chunk = 0; chunk < 3; chunk++) await next.release();
    await again;
    expect(rowsOf(job)).toEqual(everyFilledRow);
  });

  it('reports why it cannot continue, and can be retried', async () => {
    const job = new TableJob(file, [0, 1], vi.fn());
    await expect(job.run({ paraphrases: () => Promise.reject(new RangeError('no room')) })).rejects.toThrow('no room');
    expect(job.phase).toBe('idle');
  });
});
