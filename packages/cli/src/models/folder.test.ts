import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunFolderError } from '../training/run/folder-error.ts';
import { ModelFolderError, writeModelFolder } from './folder.ts';

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'albert-model-'));
  path = join(parent, 'new', 'model');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

it('fills a folder that is not there, or is empty', async () => {
  const fill = () => writeModelFolder(path, (folder) => folder.write('2_Dense/config.json', '{}'));
  await fill();
  expect(await readFile(join(path, '2_Dense', 'config.json'), 'utf8')).toBe('{}');
  await rm(join(path, '2_Dense'), { recursive: true });
  await fill();
  expect(await readdir(join(parent, 'new'))).toEqual(['model']);
});

it('refuses a folder that holds a model, such as the one that is read, and leaves it as it is', async () => {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'model.safetensors'), 'old');
  let filled = false;
  const writing = writeModelFolder(path, async (folder) => {
    filled = true;
    await folder.write('config.json', '{}');
  });
  await expect(writing).rejects.toThrow(ModelFolderError);
  expect(filled).toBe(false);
  expect(await readdir(path)).toEqual(['model.safetensors']);
});

it('leaves nothing of a model that could not be read to its end', async () => {
  const writing = writeModelFolder(path, async (folder) => {
    await folder.write('config.json', '{}');
    throw new RangeError('broken');
  });
  await expect(writing).rejects.toThrow('broken');
  expect(await readdir(join(parent, 'new'))).toEqual([]);
});

it('names a path that leads through a file', async () => {
  await writeFile(join(parent, 'new'), '');
  const writing = writeModelFolder(path, (folder) => folder.write('config.json', '{}'));
  await expect(writing).rejects.toThrow(RunFolderError);
  await expect(writing).rejects.toThrow(/new\/model cannot be used/u);
});

it.runIf(existsSync('/dev/full'))('names a full disk, and leaves nothing half-written', async () => {
  const writing = writeModelFolder(path, async (folder) => {
    await folder.write('config.json', '{}');
    await folder.write(relative(folder.path, '/dev/full'), 'no room');
  });
  const failure = await writing.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RunFolderError);
  expect(String(failure)).toMatch(/disk of .* is full.*Free some space and run the same command again/su);
  expect(await readdir(join(parent, 'new'))).toEqual([]);
});
