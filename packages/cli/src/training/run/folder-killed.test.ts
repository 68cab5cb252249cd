/** If a process dies before any of its changes to a run folder, the next process can use the folder. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type * as FileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RunFolder } from './folder.ts';
import { lockFile } from './lock.ts';

/** The number of file system changes so far, and the first one that fails, as do all later ones. */
const life = vi.hoisted(() => ({ changes: 0, deathAt: Infinity }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof FileSystem>();
  const mortal = <Args extends unknown[], Result>(change: (...args: Args) => Promise<Result>) => {
    return (...args: Args): Promise<Result> => {
      life.changes++;
      if (life.changes < life.deathAt) return change(...args);
      return Promise.reject(new Error('killed'));
    };
  };
  const { open, rename, rm, mkdir, copyFile } = original;
  return {
    ...original,
    open: mortal(open),
    rename: mortal(rename),
    rm: mortal(rm),
    mkdir: mortal(mkdir),
    copyFile: mortal(copyFile),
  };
});

let path: string;
beforeEach(async () => {
  life.deathAt = Infinity;
  path = await mkdtemp(join(tmpdir(), 'albert-killed-'));
});
afterEach(() => {
  life.deathAt = Infinity;
  return rm(path, { recursive: true, force: true });
});

const filesOf = (step: number): Map<string, Uint8Array<ArrayBuffer>> =>
  new Map(
    ['config.json', 'model.safetensors', 'optimizer.safetensors'].map((name) => [
      name,
      new TextEncoder().encode(`${name} of ${step}`),
    ]),
  );

/** Writes the checkpoints of steps 1 and 2, the second better than the first. */
async function twoCheckpoints(folder: RunFolder): Promise<void> {
  for (const step of [1, 2]) {
    await folder.saveCheckpoint(step, filesOf(step));
    await folder.writeText('eval_results.txt', `of ${step}`);
    await folder.keepOnly([step]);
    await folder.publishBest(step, ['optimizer.safetensors']);
  }
}

it('a run folder stays usable, whichever change is the last', async () => {
  life.changes = 0;
  await twoCheckpoints(await RunFolder.open(path));
  const all = life.changes;
  expect(all).toBeGreaterThan(40);
  for (let deathAt = 1; deathAt <= all; deathAt++) {
    await rm(path, { recursive: true, force: true });
    Object.assign(life, { changes: 0, deathAt });
    await expect(RunFolder.open(path).then(twoCheckpoints), `change ${deathAt}`).rejects.toThrow('killed');
    life.deathAt = Infinity;
    await expectUsable(await RunFolder.open(path), deathAt);
  }
});

/** Expects that everything in the folder is complete, that nothing was lost, and that nothing else is left. */
async function expectUsable(folder: RunFolder, deathAt: number): Promise<void> {
  const where = `after death at change ${deathAt}`;
  const steps = await folder.checkpoints();
  for (const step of steps) expect(await folder.readCheckpoint(step), where).toEqual(filesOf(step));
  const left = await readdir(path);
  const known = [...steps.map((step) => `checkpoint-${step}`), 'checkpoint-best', 'eval_results.txt', lockFile];
  expect(
    left.filter((name) => !known.includes(name)),
    where,
  ).toEqual([]);
  const results = await folder.readText('eval_results.txt');
  expect([undefined, 'of 1', 'of 2'], where).toContain(results);
  // Results are written after their checkpoint, and the second checkpoint after the first is published.
  if (results !== undefined) expect(steps.at(-1), where).toBeGreaterThanOrEqual(Number(results.slice(3)));
  if (steps.includes(2)) expect(left, where).toContain('checkpoint-best');
  if (!left.includes('checkpoint-best')) return;
  const names = (await readdir(folder.bestPath)).toSorted();
  expect(names, where).toEqual(['config.json', 'model.safetensors']);
  const texts = await Promise.all(names.map((name) => readFile(join(folder.bestPath, name), 'utf8')));
  // Both files are of the same step.
  expect(
    [1, 2].map((step) => names.map((name) => `${name} of ${step}`)),
    where,
  ).toContainEqual(texts);
}
