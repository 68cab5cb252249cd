/** The page's side of a model whose worker has died. */
import { DeviceLostError } from '@albert-web/backends';
import { PendingCalls, type AlbertError } from '@albert-web/errors';
import { expect, it, vi } from 'vitest';
import type { Connection } from './model.ts';
import { remoteModel } from './model.ts';

function diedConnection(close: () => void): Connection {
  const silent = (): Promise<never> => new Promise(() => undefined);
  const remote = new Proxy({}, { get: () => silent }) as Connection['remote'];
  const calls = new PendingCalls();
  calls.rejectAll(new Error('the worker died'));
  return { remote, calls, close };
}

it('rejects calls with the reason, and can still be disposed', async () => {
  const close = vi.fn<() => void>();
  const model = remoteModel(diedConnection(close));
  await expect(model.info()).rejects.toThrow('the worker died');
  await model.dispose();
  expect(close).toHaveBeenCalledOnce();
  await expect(model.paraphrase('one', 'two')).rejects.toThrow(/after dispose/u);
  expect(() => model.createIndex()).toThrow(/after dispose/u);
});

it('also aborts calls that run no batch: those of the tokenizer, and info', async () => {
  const silent = (): Promise<never> => new Promise(() => undefined);
  const remote = new Proxy({}, { get: () => silent }) as Connection['remote'];
  const model = remoteModel({ remote, calls: new PendingCalls(), close: () => undefined });
  const aborting = new AbortController();
  const { signal } = aborting;
  const calls = [
    model.info({ signal }),
    model.tokenizer.encode('one', { signal }),
    model.tokenizer.encodeBatch(['one'], { addSpecialTokens: false, signal }),
    model.tokenizer.decode([1], { signal }),
  ];
  aborting.abort('enough');
  for (const outcome of await Promise.allSettled(calls)) expect(outcome).toMatchObject({ reason: 'enough' });
  await expect(model.info({ signal })).rejects.toBe('enough');
});

it('reports once that it is lost, when a call loses its backend, but not after dispose', async () => {
  const lost = new DeviceLostError({ problem: 'The device was lost', remedy: 'Load again' });
  const remote = new Proxy({}, { get: () => () => Promise.reject(lost) }) as Connection['remote'];
  const onLost = vi.fn<(error: AlbertError) => void>();
  const model = remoteModel({ remote, calls: new PendingCalls(), close: () => undefined }, onLost);
  await expect(model.info()).rejects.toBe(lost);
  await expect(model.info()).rejects.toBe(lost);
  expect(onLost.mock.calls).toEqual([[lost]]);

  const failure = Promise.reject(new Error('late'));
  const disposed = remoteModel({ ...diedConnection(() => undefined), failure }, onLost);
  await disposed.dispose();
  await failure.catch(() => undefined);
  expect(onLost).toHaveBeenCalledOnce();
});
