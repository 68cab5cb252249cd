import { describe, expect, it } from 'vitest';
import { deriveKey, RandomStream } from '../random.ts';
import { repeated, shuffled } from './stream.ts';

async function* count(to: number): AsyncGenerator<number> {
  for (let item = 0; item < to; item++) yield item;
}

async function collect<T>(items: AsyncIterable<T>, most = Infinity): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) {
    all.push(item);
    if (all.length === most) break;
  }
  return all;
}

describe('shuffled', () => {
  it('yields every item once, in an order that depends only on the key', async () => {
    const order = (key: number): Promise<number[]> => collect(shuffled(count(100), 16, new RandomStream(key)));
    const first = await order(1);
    expect(first.toSorted((a, b) => a - b)).toEqual([...Array.from({ length: 100 }).keys()]);
    expect(await order(1)).toEqual(first);
    expect(await order(2)).not.toEqual(first);
  });

  it('moves items forward by less than the buffer size, and reads ahead no further than that', async () => {
    let read = 0;
    async function* watched(): AsyncGenerator<number> {
      for await (const item of count(1000)) {
        read++;
        yield item;
      }
    }
    let place = 0;
    for await (const item of shuffled(watched(), 16, new RandomStream(3))) {
      expect(item - place).toBeLessThan(17);
      place++;
      expect(read - place).toBeLessThanOrEqual(16);
    }
    expect(place).toBe(1000);
  });

  it('is uniform if all items fit into the buffer', async () => {
    const firsts = Array.from({ length: 4 }, () => 0);
    for (let key = 0; key < 4000; key++) {
      const [first = -1] = await collect(shuffled(count(4), 10, new RandomStream(deriveKey(key, 7))));
      firsts[first] = (firsts[first] ?? 0) + 1;
    }
    // Five standard deviations of a binomial with 4,000 draws of 1/4.
    for (const times of firsts) expect(Math.abs(times - 1000)).toBeLessThan(140);
  });
});

describe('repeated', () => {
  const epochOf = (epoch: number): AsyncIterable<number> =>
    shuffled(count(10), 4, new RandomStream(deriveKey(5, epoch)));

  it.each([0, 1, 9, 10, 11, 37])('starting at item %i yields the same items as from the beginning', async (first) => {
    const whole = await collect(repeated(epochOf), 60);
    expect(await collect(repeated(epochOf, first), 60 - first)).toEqual(whole.slice(first));
  });

  it('reads at most two epochs before a late first item', async () => {
    const asked: number[] = [];
    const late = repeated((epoch) => {
      asked.push(epoch);
      return epochOf(epoch);
    }, 12345);
    await late.next();
    expect(asked).toEqual([0, 1234]);
  });

  it('ends if there are no items', async () => {
    expect(await collect(repeated(() => count(0)))).toEqual([]);
  });
});
