import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from '@albert-web/errors';
import { TrainingDataError } from '@albert-web/training';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findInputFiles } from './input-files.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-inputs-'));
  for (const name of ['b.txt', 'a1.txt', 'a2.txt', 'a10.txt']) await writeFile(at(name), '');
});
afterAll(() => rm(folder, { recursive: true }));

it('expands patterns, sorts the matches of each, and keeps plain paths unchanged', async () => {
  const found = await findInputFiles([at('b.txt'), at('a?.txt'), at('*0.txt'), 'elsewhere.txt'].join(','));
  expect(found).toEqual([at('b.txt'), at('a1.txt'), at('a2.txt'), at('a10.txt'), 'elsewhere.txt']);
});

it('reports that nothing matches, even if the folder does not exist', async () => {
  for (const pattern of [at('c*.txt'), at('missing/*.txt')]) {
    const finding = findInputFiles(pattern);
    await expect(finding).rejects.toThrow(InvalidArgumentError);
    await expect(finding).rejects.toThrow(`No file matches ${pattern}`);
  }
});

it('reports an existing folder that cannot be read', async () => {
  await symlink('circle', at('circle'));
  for (const name of ['a1.txt', 'circle']) {
    const finding = findInputFiles(at(`${name}/*.txt`));
    await expect(finding).rejects.toThrow(TrainingDataError);
    await expect(finding).rejects.toThrow(`${at(name)} cannot be read`);
  }
});
