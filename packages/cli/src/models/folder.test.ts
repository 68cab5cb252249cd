import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type * as FileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ModelFolderError, RunFolderError } from '../errors.ts';
import { writeModelFolder } from './folder.ts';

/** A folder whose listing is mocked to fail, because root, as which some tests run, can list any folder. */
const locked = vi.hoisted(() => ({ folder: '' }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof FileSystem>();
  const readdir = (folder: string): Promise<string[]> => {
    if (folder !== locked.folder) return original.readdir(folder);
    return Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
  };
  return { ...original, readdir };
});

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'albert-model-'));
  path = join(parent, 'new', 'model');
});
afterEach(() => {
  locked.folder = '';
  return rm(parent, { recursive: true, force: true });
});

it('fills a new or an empty folder', async () => {
  const fill = () => writeModelFolder(path, (folder) => folder.write('2_Dense/config.json', '{}'));
  await fill();
  expect(await readFile(join(path, '2_Dense', 'config.json'), 'utf8')).toBe('{}');
  await rm(join(path, '2_Dense'), { recursive: true });
  await fill();
  expect(await readdir(join(parent, 'new'))).toEqual(['model']);
});

it('rejects a folder that contains a model, such as the source, and leaves it unchanged', async () => {
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

it('leaves nothing behind if the model could not be read completely', async () => {
  const writing = writeModelFolder(path, async (folder) => {
    await folder.write('config.json', '{}');
    throw new RangeError('broken');
  });
  await expect(writing).rejects.toThrow('broken');
  expect(await readdir(join(parent, 'new'))).toEqual([]);
});

it('removes the files of a killed process, but not those that another one is writing', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const others = [`model.partial-${dead}`, `model.partial-${process.ppid}`, 'model.partial-mine'];
  for (const name of others) await mkdir(join(parent, 'new', name), { recursive: true });
  await writeModelFolder(path, (folder) => folder.write('config.json', '{}'));
  expect((await readdir(join(parent, 'new'))).toSorted()).toEqual(['model', ...others.slice(1).toSorted()]);
});

it('reports a folder that cannot be created before reading anything', async () => {
  await writeFile(join(parent, 'new'), '');
  const fill = vi.fn<() => Promise<void>>();
  await expect(writeModelFolder(path, fill)).rejects.toThrow(RunFolderError);
  expect(fill).not.toHaveBeenCalled();
});

it('reports a path that leads through a file', async () => {
  await writeFile(join(parent, 'new'), '');
  const writing = writeModelFolder(path, (folder) => folder.write('config.json', '{}'));
  await expect(writing).rejects.toThrow(RunFolderError);
  await expect(writing).rejects.toThrow(/new\/model cannot be used/u);
});

it('reports an existing folder that cannot be read, before reading the model', async () => {
  await writeFile(join(parent, 'file'), '');
  await symlink('circle', join(parent, 'circle'));
  const fill = vi.fn<() => Promise<void>>();
  for (const name of ['file', 'circle']) {
    const writing = writeModelFolder(join(parent, name), fill);
    await expect(writing).rejects.toThrow(RunFolderError);
    await expect(writing).rejects.toThrow(`${join(parent, name)} cannot be used`);
  }
  expect(fill).not.toHaveBeenCalled();
});

it('reports a folder that cannot be searched for files of killed processes', async () => {
  await mkdir(join(parent, 'new'));
  locked.folder = join(parent, 'new');
  const writing = writeModelFolder(path, (folder) => folder.write('config.json', '{}'));
  await expect(writing).rejects.toThrow(RunFolderError);
  await expect(writing).rejects.toThrow(`${join(parent, 'new')} cannot be used: EACCES`);
});

it.runIf(existsSync('/dev/full'))('reports a full disk by name, and leaves nothing half-written', async () => {
  const writing = writeModelFolder(path, async (folder) => {
    await folder.write('config.json', '{}');
    await folder.write(relative(folder.path, '/dev/full'), 'no room');
  });
  const failure = await writing.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RunFolderError);
  expect(String(failure)).toMatch(/disk of .* is full.*Free some space and run the same command again/su);
  expect(await readdir(join(parent, 'new'))).toEqual([]);
});
