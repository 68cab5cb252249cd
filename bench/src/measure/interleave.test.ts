import { describe, expect, it } from 'vitest';
import { interleave } from './interleave.ts';

describe('interleave', () => {
  it('runs every candidate equally often, and starts each round with a different one', async () => {
    const order: string[] = [];
    const candidate = (name: string) => () => Promise.resolve(order.push(name));
    const times = await interleave([candidate('a'), candidate('b')], { rounds: 3, budgetMs: 1000 });
    expect(order.join('')).toBe('ababbaab');
    expect(times.map(({ length }) => length)).toEqual([3, 3]);
  });

  it('stops when the time is up, but not before three rounds', async () => {
    const times = await interleave([() => Promise.resolve()], { rounds: 50, budgetMs: 0 });
    expect(times[0]).toHaveLength(3);
  });

  it('reports progress by rounds or by time, whichever is further', async () => {
    const shares: number[] = [];
    const run = () => Promise.resolve();
    await interleave([run], { rounds: 4, budgetMs: 1e6, progress: (share) => shares.push(share) });
    expect(shares.map((share) => Math.round(4 * share))).toEqual([1, 2, 3, 4]);
    shares.length = 0;
    await interleave([run], { rounds: 50, budgetMs: 0, progress: (share) => shares.push(share) });
    expect(shares).toEqual([1, 1, 1]);
  });
});
