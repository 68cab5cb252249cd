/** A model whose WASM thread is killed continues on new threads. */
import type * as threads from 'node:worker_threads';
import { shippedModel } from '@albert-web/testing';
import { sabotage } from '@albert-web/testing/sabotaged-workers';
import { expect, it, vi } from 'vitest';
import { load } from '../index.ts';

vi.mock('node:worker_threads', async (original) => {
  const { sabotaged } = await import('@albert-web/testing/sabotaged-workers');
  return sabotaged(await original<typeof threads>());
});

it('gives the same result after a thread was killed', async () => {
  await using model = await load(shippedModel('default'), { backend: 'wasm', threads: 2 });
  expect(model.info().threads).toBe(2);
  const before = await model.paraphrase('He is rich.', 'He has a lot of money.');
  const workers = [...sabotage.workers];
  await Promise.all(workers.map((worker) => worker.terminate()));
  expect(await model.paraphrase('He is rich.', 'He has a lot of money.')).toEqual(before);
  expect(model.info().threads).toBe(2);
  expect(sabotage.workers.length).toBeGreaterThan(workers.length);
});
