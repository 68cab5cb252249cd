/** Shuffles and repeats instances as a stream, since a file may be larger than memory. */
import type { RandomStream } from '../random.ts';

/**
 * Shuffles as `tf.data` does: yields a random item of a buffer of `size` and replaces it by the next one. An item can move forward
 * by less than `size` positions, and back by any number.
 */
export async function* shuffled<T>(
  items: AsyncIterable<T>,
  size: number,
  random: RandomStream,
): AsyncGenerator<T, void> {
  const buffer: T[] = [];
  for await (const item of items) {
    if (buffer.length < size) {
      buffer.push(item);
      continue;
    }
    const place = random.integer(0, size - 1);
    const drawn = buffer[place] as T;
    buffer[place] = item;
    yield drawn;
  }
  yield* random.shuffle(buffer);
}

/**
 * Repeats epochs without a gap, from item `first` on. Ends only if an epoch is empty.
 *
 * To start later than at 0, it reads and discards at most two epochs: the first, to count the items of an epoch, and the one that
 * contains `first`.
 *
 * @param epochOf returns the items of an epoch, counted from 0. Every epoch must be reproducible and have the same number of items
 */
export async function* repeated<T>(epochOf: (epoch: number) => AsyncIterable<T>, first = 0): AsyncGenerator<T, void> {
  let skip = first;
  for (let epoch = 0; ; epoch++) {
    let count = 0;
    for await (const item of epochOf(epoch)) {
      count++;
      if (skip > 0) skip--;
      else yield item;
    }
    if (count === 0) return;
    const whole = Math.floor(skip / count);
    epoch += whole;
    skip -= whole * count;
  }
}
