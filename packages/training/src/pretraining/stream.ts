/** The order in which instances are trained on, made while they are read: a file may be larger than memory. */
import type { RandomStream } from '../random.ts';

/**
 * Shuffles as `tf.data` does: out of the `size` next items one is drawn and given, and the next to come takes its place. An
 * item so moves ahead by less than `size` places, and back by any number.
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
 * Epoch after epoch without a gap, from item `first` on; ends only where an epoch has no item.
 *
 * To start later than at 0, at most two epochs are read and thrown away: that of 0, which tells how many items an epoch has,
 * and the one that `first` is in.
 *
 * @param epochOf the items of an epoch, counted from 0: as many in each, and the same whenever it is asked for.
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
