import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bestTrial, evalResults } from '../results.ts';
import { RunFolder } from './folder.ts';
import { RunFolderError } from '../../errors.ts';
import { lockFile } from './lock.ts';

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'albert-run-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

/** Returns the names in the folder except for the lock. */
const visible = async (): Promise<string[]> => (await readdir(path)).filter((name) => name !== lockFile);

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('checkpoints', () => {
  it('are listed by step, read back, and removed except for those to keep', async () => {
    const folder = await RunFolder.open(join(path, 'new', 'run'));
    for (const step of [5, 10, 100]) await folder.saveCheckpoint(step, new Map([['a.bin', bytes(String(step))]]));
    expect(await folder.checkpoints()).toEqual([5, 10, 100]);
    expect((await folder.readCheckpoint(10)).get('a.bin')).toEqual(bytes('10'));
    await folder.keepOnly([10, 100]);
    expect(await folder.checkpoints()).toEqual([10, 100]);
  });

  it('that a killed run left half-written do not count, and are removed', async () => {
    await mkdir(join(path, '.partial-checkpoint-7'));
    await writeFile(join(path, '.partial-checkpoint-7', 'model.safetensors'), 'half');
    const folder = await RunFolder.open(path);
    expect(await folder.checkpoints()).toEqual([]);
    expect(await visible()).toEqual([]);
  });

  it('whose replacement was interrupted by a kill are replaced by the next run', async () => {
    const folder = await RunFolder.open(path);
    const files = (text: string) => new Map(['a.bin', 'b.bin'].map((name) => [name, bytes(text)] as const));
    await folder.saveCheckpoint(7, files('old'));
    await mkdir(join(path, '.ready-checkpoint-7'));
    await writeFile(join(path, 'checkpoint-7', 'a.bin'), 'new');
    await writeFile(join(path, '.ready-checkpoint-7', 'b.bin'), 'new');
    const reopened = await RunFolder.open(path);
    expect(await reopened.readCheckpoint(7)).toEqual(files('new'));
    expect(await visible()).toEqual(['checkpoint-7']);
  });

  it('are never missing while they are replaced by one of the same step', async () => {
    const folder = await RunFolder.open(path);
    const files = (round: number) => new Map(['a.bin', 'b.bin'].map((name) => [name, bytes(`${round}`)] as const));
    await folder.saveCheckpoint(7, files(0));
    const model = join(path, 'checkpoint-7', 'a.bin');
    let missing = 0;
    let reads = 0;
    const done = new AbortController();
    const watch = async (): Promise<void> => {
      while (!done.signal.aborted) {
        if (!existsSync(model)) missing++;
        reads++;
        await new Promise(setImmediate);
      }
    };
    const watching = watch();
    for (let round = 1; round <= 30; round++) await folder.saveCheckpoint(7, files(round));
    done.abort();
    await watching;
    expect(reads).toBeGreaterThan(100);
    expect(missing).toBe(0);
    expect(await folder.readCheckpoint(7)).toEqual(files(30));
  });

  it('are published as the best one without their training state', async () => {
    const folder = await RunFolder.open(path);
    await folder.saveCheckpoint(
      5,
      new Map([
        ['config.json', bytes('{}')],
        ['optimizer.safetensors', bytes('m')],
      ]),
    );
    await folder.publishBest(5, ['optimizer.safetensors']);
    await folder.publishBest(5, ['optimizer.safetensors']);
    expect(await readdir(folder.bestPath)).toEqual(['config.json']);
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  it('is reported by name, leaves no incomplete checkpoint, and keeps the last complete one', async () => {
    const folder = await RunFolder.open(path);
    await folder.saveCheckpoint(100, new Map([['model.safetensors', bytes('whole')]]));
    // Writing to /dev/full fails as on a full disk.
    const full = relative(join(path, '.partial-checkpoint-200'), '/dev/full');
    const files = new Map([
      ['config.json', bytes('{}')],
      [full, bytes('no room')],
    ]);
    const failure = await folder.saveCheckpoint(200, files).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(/disk of .* is full.*Free some space/su);
    expect(await visible()).toEqual(['checkpoint-100']);
    expect((await folder.readCheckpoint(100)).get('model.safetensors')).toEqual(bytes('whole'));
  });
});

describe('errors', () => {
  it('a folder of another run is rejected, with a list of the differences', async () => {
    const folder = await RunFolder.open(path);
    await folder.claim({ task: 'mrpc', learning_rate: 2e-5 });
    await folder.claim({ task: 'mrpc', learning_rate: 2e-5 });
    const failure = await folder.claim({ task: 'mrpc', learning_rate: 5e-5 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(/learning_rate was 0.00002, now 0.00005/u);
  });

  it('checkpoints of an unknown run are not mistaken for those of this one', async () => {
    const folder = await RunFolder.open(path);
    await folder.saveCheckpoint(5, new Map([['a.bin', bytes('5')]]));
    const failure = await folder.claim({ task: 'mrpc' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(/contains checkpoint-5 but no run\.json/u);
  });

  it('a damaged run.json is a named error', async () => {
    const folder = await RunFolder.open(path);
    await writeFile(join(path, 'run.json'), '{"task": "mr');
    const failure = await folder.claim({ task: 'mrpc' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(/run\.json is damaged/u);
  });

  // A folder in place of the file, since root can read every file.
  it('a file that exists but cannot be read is a named error, and not treated as missing', async () => {
    const folder = await RunFolder.open(path);
    expect(await folder.readText('training_log.jsonl')).toBeUndefined();
    await mkdir(join(path, 'training_log.jsonl'));
    await expect(folder.readText('training_log.jsonl')).rejects.toThrow(/EISDIR/u);
    await expect(folder.readText('training_log.jsonl')).rejects.toBeInstanceOf(RunFolderError);
    await mkdir(join(path, 'checkpoint-5', 'model.safetensors'), { recursive: true });
    await expect(folder.readCheckpoint(5)).rejects.toBeInstanceOf(RunFolderError);
  });

  it('a path that is a file is a named error', async () => {
    await writeFile(join(path, 'file'), '');
    await expect(RunFolder.open(join(path, 'file'))).rejects.toBeInstanceOf(RunFolderError);
  });

  it.runIf(process.platform === 'linux')('a full disk is a named error, and existing files are kept', async () => {
    const folder = await RunFolder.open(path);
    await folder.writeText('best_trial.txt', 'before');
    await symlink('/dev/full', join(path, '.partial-best_trial.txt'));
    const failure = await folder.writeText('best_trial.txt', 'after').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(/disk of .* is full/u);
    expect(await readFile(join(path, 'best_trial.txt'), 'utf8')).toBe('before');
  });
});

it("writes the original's eval_results.txt and best_trial.txt", () => {
  const evaluations = [
    { step: 10, metrics: { eval_accuracy: 0.7, eval_loss: 0.6 }, best: true },
    { step: 20, metrics: { eval_accuracy: 0.6, eval_loss: 0.7 }, best: false },
  ];
  expect(bestTrial(evaluations, 'eval_accuracy')).toBe('20:10:0.7');
  expect(evalResults(evaluations, 'eval_accuracy').split('\n')).toEqual([
    'eval_accuracy = 0.7',
    'eval_loss = 0.6',
    'global_step = 10',
    'best = -1',
    '='.repeat(50),
    'eval_accuracy = 0.6',
    'eval_loss = 0.7',
    'global_step = 20',
    'best = 0.7',
    '='.repeat(50),
    '',
  ]);
});
