import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl } from '@albert-web/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClassNamesError } from '../errors.ts';
import { register } from './evaluate.ts';
import { runCommand } from '../testing/run-command.ts';

const fixtures = fileURLToPath(fixtureUrl('classifiers'));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-evaluate-'));
  await cp(join(fixtures, 'inference'), folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true }));

/** Returns the output of `albert evaluate --task MNLI` for the fixture with these names for its three classes. */
async function evaluateAs(...names: readonly string[]): Promise<string> {
  const config = JSON.parse(await readFile(join(fixtures, 'inference/config.json'), 'utf8')) as object;
  const id2label = Object.fromEntries(names.entries());
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, id2label }));
  return runCommand(register, { task: 'MNLI', model: folder, data_dir: fixtures, split: 'dev', backend: 'cpu' });
}

// transformers 4.57.6 gets 4 of 12 right with the same weights and rows.
it.each([
  ['entailment', 'neutral', 'contradiction'],
  ['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION'],
])('finds the classes %s, %s, %s by their names', async (...names) => {
  expect(await evaluateAs(...names)).toMatch(/accuracy +0\.3333/u);
});

it.each([
  ['LABEL_0', 'LABEL_1', 'LABEL_2'],
  ['negative', 'neutral', 'positive'],
])('rejects the classes %s, %s, %s, which are not those of the task', async (...names) => {
  await expect(evaluateAs(...names)).rejects.toThrow(ClassNamesError);
});
