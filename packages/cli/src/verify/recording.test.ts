import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from '@albert-web/errors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readGolden, readTokenizerGolden } from './recording.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-recording-'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['no file', undefined],
  ['no JSON', '<html>'],
  ['nothing recorded', '[]'],
  ['something else', '{ "hidden_size": 768 }'],
])('reports a recording that is %s by name', async (what, text) => {
  const file = join(folder, `${what}.json`);
  if (text !== undefined) await writeFile(file, text);
  for (const read of [readGolden, readTokenizerGolden]) {
    const reading = read(file);
    await expect(reading).rejects.toThrow(InvalidArgumentError);
    await expect(reading).rejects.toThrow(file);
  }
});
