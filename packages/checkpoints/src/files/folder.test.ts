import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OutOfMemoryError } from '@albert-web/errors';
import { ReadError } from '../errors.ts';
import { folderSource } from './folder.ts';

vi.mock('node:fs/promises', { spy: true });

let folder: string;

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'albert-folder-'));
  await fs.writeFile(path.join(folder, 'config.json'), '{}');
});
afterAll(() => fs.rm(folder, { recursive: true }));

it('names a folder inside it that may not be listed', async () => {
  const denied = `EACCES: permission denied, scandir '${path.join(folder, 'private')}'`;
  vi.mocked(fs.readdir).mockRejectedValueOnce(Object.assign(new Error(denied), { code: 'EACCES' }));
  const listing = (await folderSource(folder)).list?.();
  await expect(listing).rejects.toThrow(ReadError);
  await expect(listing).rejects.toThrow(`${denied}. Check the permissions`);
});

it('reports a file for which there is not enough memory', async () => {
  const handle = await fs.open(path.join(folder, 'config.json'));
  const stats = await handle.stat();
  vi.spyOn(handle, 'stat').mockResolvedValueOnce(Object.assign(stats, { size: 2 ** 53 - 1 }));
  vi.mocked(fs.open).mockResolvedValueOnce(handle);
  await expect((await folderSource(folder)).read('config.json', {})).rejects.toThrow(OutOfMemoryError);
});
