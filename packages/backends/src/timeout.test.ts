import { expect, it } from 'vitest';
import { BackendUnavailableError } from './errors.ts';
import { withTimeout } from './timeout.ts';

const never = new Promise<never>(() => undefined);

it('says what took too long', async () => {
  const late = withTimeout(never, 1, 'The request for a GPU adapter');
  await expect(late).rejects.toThrow(BackendUnavailableError);
  await expect(late).rejects.toThrow('The request for a GPU adapter took longer than 1 ms');
});

it('waits for as long as timers can if the limit is longer', async () => {
  const later = new Promise((resolve) => setTimeout(resolve, 20, 'started'));
  expect(await withTimeout(later, 2 ** 31, 'The start')).toBe('started');
  expect(await withTimeout(later, 12 * 1e15, 'The start')).toBe('started');
});
