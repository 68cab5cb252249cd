import { expect, it } from 'vitest';
import { CallQueue, type Priority } from './queue.ts';

/** A queue whose first task blocks until `release`, and the order in which the other tasks ran. */
function blockedQueue() {
  const queue = new CallQueue();
  const order: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = queue.run(() => held, 'bulk');
  const ask = (name: string, priority?: Priority) =>
    queue.run(() => {
      order.push(name);
      return Promise.resolve(name);
    }, priority);
  return { queue, order, release, first, ask };
}

it('runs interactive tasks before bulk ones, and each kind in order', async () => {
  const { order, release, ask } = blockedQueue();
  const all = Promise.all([ask('a', 'bulk'), ask('b', 'bulk'), ask('c', 'interactive'), ask('d')]);
  release();
  expect(await all).toEqual(['a', 'b', 'c', 'd']);
  expect(order).toEqual(['c', 'd', 'a', 'b']);
});

it('runs one task at a time, even if one is queued at the very moment another ends', async () => {
  const { queue, release, first } = blockedQueue();
  let running = 0;
  let most = 0;
  const task = async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  };
  const waiting = queue.run(task);
  const late = first.then(() => queue.run(task));
  release();
  await Promise.all([waiting, late, queue.run(task)]);
  expect(most).toBe(1);
});

it('continues after a task that failed', async () => {
  const queue = new CallQueue();
  await expect(queue.run(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
  expect(await queue.run(() => Promise.resolve('next'))).toBe('next');
});
