import { describe, expect, it } from 'vitest';
import { interleave } from './interleave.ts';

describe('interleave', () => {
  it('runs every candidate as often, and lets another begin each round', async () => {
    const order: string[] = [];
    const candidate = (name: string) => () => Promise.resolve(order.push(name));
    const times = await interleave([candidate('a'), candidate('b')], { rounds: 3, budgetMs: 1000 });
    expect(order.join('')).toBe('ababbaab');
    expect(times.map(({ length }) => length)).toEqual([3, 3]);
  });

  it('keeps to its time, but never to fewer than three rounds', async () => {
    const times = await interleave([() => Promise.resolve()], { rounds: 50, budgetMs: 0 });
    expect(times[0]).toHaveLength(3);
  });

  it('stops between runs when asked', async () => {
    const controller = new AbortController();
    const run = () => Promise.resolve(controller.abort());
    await expect(interleave([run, run], { rounds: 3, budgetMs: 0, signal: controller.signal })).rejects.toThrow(
      /abort/iu,
    );
  });
});
