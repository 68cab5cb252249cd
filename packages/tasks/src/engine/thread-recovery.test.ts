/** A model whose WASM thread is killed answers on, on new threads. */
import type * as threads from 'node:worker_threads';
import { defaultModel } from '@albert-web/testing';
import { expect, it, vi } from 'vitest';
import { load } from '../index.ts';

const started = vi.hoisted(() => new Array<threads.Worker>());

vi.mock('node:worker_threads', async (original) => {
  const actual = await original<typeof threads>();
  class WatchedWorker extends actual.Worker {
    constructor(...args: ConstructorParameters<typeof threads.Worker>) {
      super(...args);
      started.push(this);
    }
  }
  return { ...actual, Worker: WatchedWorker };
});

it('answers on when a thread was killed', async () => {
  await using model = await load(defaultModel(), { backend: 'wasm', threads: 2 });
  expect(model.info().threads).toBe(2);
  const before = await model.paraphrase('He is rich.', 'He has a lot of money.');
  const workers = [...started];
  await Promise.all(workers.map((worker) => worker.terminate()));
  expect(await model.paraphrase('He is rich.', 'He has a lot of money.')).toEqual(before);
  expect(model.info().threads).toBe(2);
  expect(started.length).toBeGreaterThan(workers.length);
});
