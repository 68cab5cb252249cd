/** Kept models with a failing database. */
import { get, keys, set } from 'idb-keyval';
import { expect, it, vi } from 'vitest';
import { keepModel, located } from './kept-models.ts';

vi.mock('idb-keyval', () => ({
  createStore: () => undefined,
  get: vi.fn<() => Promise<unknown>>(),
  keys: vi.fn<() => Promise<unknown>>(),
  set: vi.fn<() => Promise<unknown>>(),
}));

const failure = new Error('The connection was closed.');

it('distinguishes a model that cannot be read from one that does not exist', async () => {
  vi.mocked(get).mockRejectedValueOnce(failure);
  await expect(located('kept:doors')).rejects.toMatchObject({
    message: expect.stringContaining('could not read the model “doors” (The connection was closed.)') as string,
    cause: failure,
  });
});

it('does not overwrite models if their names could not be read', async () => {
  vi.mocked(keys).mockRejectedValueOnce(failure);
  await expect(keepModel('doors', [])).rejects.toMatchObject({ name: 'PageError', cause: failure });
  expect(set).not.toHaveBeenCalled();
});
