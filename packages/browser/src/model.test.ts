/** The page's side of a model whose worker has died. */
import { expect, it, vi } from 'vitest';
import type { Connection } from './model.ts';
import { remoteModel } from './model.ts';
import { OpenCalls } from './open-calls.ts';

function diedConnection(close: () => void): Connection {
  const silent = (): Promise<never> => new Promise(() => undefined);
  const remote = new Proxy({}, { get: () => silent }) as Connection['remote'];
  const calls = new OpenCalls();
  calls.refuse(new Error('the worker died'));
  return { remote, calls, close };
}

it('refuses calls with the reason, and is given back all the same', async () => {
  const close = vi.fn<() => void>();
  const model = remoteModel(diedConnection(close));
  await expect(model.info()).rejects.toThrow('the worker died');
  await model.dispose();
  expect(close).toHaveBeenCalledOnce();
  await expect(model.paraphrase('one', 'two')).rejects.toThrow(/after dispose/u);
});
