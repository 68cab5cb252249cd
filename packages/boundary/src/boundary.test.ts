/** What crosses between page and worker, over a real MessageChannel. */
import { NoBackendError } from '@albert-web/backends';
import { AlbertError } from '@albert-web/errors';
import { CacheWarning } from '@albert-web/checkpoints';
import { expect, it, vi } from 'vitest';
import { fromMessage, installErrorTransfer, toMessage } from './error-transfer.ts';
import { sendOptions, withOptions } from './options.ts';

it('gives an error back with its name, message and fields', () => {
  const error = new NoBackendError([{ backend: 'webgpu', why: 'there is none', reason: { code: 'missing' } }]);
  const arrived = fromMessage(structuredClone(toMessage(error)));
  expect(arrived).toBeInstanceOf(AlbertError);
  expect(arrived).toMatchObject({ name: 'NoBackendError', message: error.message, rejected: error.rejected });
});

it('gives an error back as an instance of its class, where that is known', () => {
  installErrorTransfer({ NoBackendError });
  const sent = toMessage(new NoBackendError([{ backend: 'webgl', why: 'there is none', reason: undefined }]));
  const arrived = fromMessage(structuredClone(sent));
  expect(arrived).toBeInstanceOf(NoBackendError);
  expect((arrived as NoBackendError).rejected[0]?.backend).toBe('webgl');
  expect(fromMessage(toMessage(new CacheWarning({ problem: 'Full', remedy: '' })))).not.toBeInstanceOf(NoBackendError);
});

it('gives causes back, errors as they were and other things as text', () => {
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

it('leaves other errors what they are', () => {
  expect(fromMessage(structuredClone(toMessage(new TypeError('no'))))).toBeInstanceOf(TypeError);
});

it('reports every progress before the last word', async () => {
  const onProgress = vi.fn<(done: number, total: number) => void>();
  const line = sendOptions({ onProgress });
  const sent = structuredClone(line.sent, { transfer: line.transfer });
  await withOptions(sent, (options) => {
    options.onProgress?.(1, 2);
    options.onProgress?.(2, 2);
  });
  await line.done;
  expect(onProgress.mock.calls).toEqual([
    [1, 2],
    [2, 2],
  ]);
  line.release();
});

it('tells every callback, errors with their names', async () => {
  const onWarning = vi.fn<(warning: CacheWarning) => void>();
  const line = sendOptions({ onWarning, onProgress: () => undefined });
  const sent = structuredClone(line.sent, { transfer: line.transfer });
  await withOptions(sent, (options) => options.onWarning?.(new CacheWarning({ problem: 'Full', remedy: 'Free some' })));
  await line.done;
  const [warning] = onWarning.mock.calls[0] ?? [];
  expect(warning).toBeInstanceOf(AlbertError);
  expect(warning).toMatchObject({ name: 'CacheWarning', message: 'Full. Free some.' });
  line.release();
});

it('passes an abort on', async () => {
  const controller = new AbortController();
  const line = sendOptions({ signal: controller.signal });
  const sent = structuredClone(line.sent, { transfer: line.transfer });
  const aborted = withOptions(
    sent,
    ({ signal }) => new Promise<boolean>((resolve) => signal?.addEventListener('abort', () => resolve(signal.aborted))),
  );
  controller.abort();
  await expect(aborted).resolves.toBe(true);
  line.release();
});
