/** Errors and options that cross between page and worker, over a real MessageChannel. */
import { NoBackendError } from '@albert-web/backends';
import { AlbertError } from '@albert-web/errors';
import { CacheWarning } from '@albert-web/checkpoints';
import { expect, it, vi } from 'vitest';
import { fromMessage, installErrorTransfer, toMessage } from './error-transfer.ts';
import { sendOptions, withOptions } from './options.ts';

it('restores an error with its name, message and fields', () => {
  const error = new NoBackendError([{ backend: 'webgpu', why: 'there is none', reason: { code: 'missing' } }]);
  const arrived = fromMessage(structuredClone(toMessage(error)));
  expect(arrived).toBeInstanceOf(AlbertError);
  expect(arrived).toMatchObject({ name: 'NoBackendError', message: error.message, rejected: error.rejected });
});

it('restores an error as an instance of its class, if the class is known', () => {
  installErrorTransfer({ NoBackendError });
  const sent = toMessage(new NoBackendError([{ backend: 'webgl', why: 'there is none', reason: undefined }]));
  const arrived = fromMessage(structuredClone(sent));
  expect(arrived).toBeInstanceOf(NoBackendError);
  expect((arrived as NoBackendError).rejected[0]?.backend).toBe('webgl');
  expect(fromMessage(toMessage(new CacheWarning({ problem: 'Full', remedy: '' })))).not.toBeInstanceOf(NoBackendError);
});

it('restores causes: errors as they were, other values as text', () => {
  const inner = new AlbertError({ problem: 'Inner', remedy: 'Mend it' }, { cause: () => 'cannot be posted' });
  const middle = new AlbertError({ problem: 'Middle', remedy: 'Mend it' }, { cause: inner });
  const arrived = fromMessage(structuredClone(toMessage(middle))) as AlbertError;
  expect(arrived.cause).toBeInstanceOf(AlbertError);
  expect(arrived.cause).toMatchObject({
    message: 'Inner. Mend it.',
    cause: expect.stringContaining('posted') as string,
  });
  const failed = new AlbertError({ problem: 'Outer', remedy: 'Mend it' }, { cause: new TypeError('no') });
  expect((fromMessage(structuredClone(toMessage(failed))) as AlbertError).cause).toBeInstanceOf(TypeError);
  expect(fromMessage(toMessage(new AlbertError({ problem: 'Bare', remedy: '' })))).not.toHaveProperty('cause');
});

it('leaves other errors as they are', () => {
  expect(fromMessage(structuredClone(toMessage(new TypeError('no'))))).toBeInstanceOf(TypeError);
});

it('delivers every progress report before it is done', async () => {
  const onProgress = vi.fn<(done: number, total: number) => void>();
  const channel = sendOptions({ onProgress });
  const sent = structuredClone(channel.sent, { transfer: channel.transfer });
  await withOptions(sent, (options) => {
    options.onProgress?.(1, 2);
    options.onProgress?.(2, 2);
  });
  await channel.done;
  expect(onProgress.mock.calls).toEqual([
    [1, 2],
    [2, 2],
  ]);
  channel.release();
});

it('calls every callback, and restores the errors passed to it', async () => {
  const onWarning = vi.fn<(warning: CacheWarning) => void>();
  const channel = sendOptions({ onWarning, onProgress: () => undefined });
  const sent = structuredClone(channel.sent, { transfer: channel.transfer });
  await withOptions(sent, (options) => options.onWarning?.(new CacheWarning({ problem: 'Full', remedy: 'Free some' })));
  await channel.done;
  const [warning] = onWarning.mock.calls[0] ?? [];
  expect(warning).toBeInstanceOf(AlbertError);
  expect(warning).toMatchObject({ name: 'CacheWarning', message: 'Full. Free some.' });
  channel.release();
});

it('passes an abort on', async () => {
  const controller = new AbortController();
  const channel = sendOptions({ signal: controller.signal });
  const sent = structuredClone(channel.sent, { transfer: channel.transfer });
  const aborted = withOptions(
    sent,
    ({ signal }) => new Promise<boolean>((resolve) => signal?.addEventListener('abort', () => resolve(signal.aborted))),
  );
  controller.abort();
  await expect(aborted).resolves.toBe(true);
  channel.release();
});
