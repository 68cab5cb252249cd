/** The built `albert` command is killed with SIGKILL at many points of a run, and must end with the same weights as without. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify, makeRoot, mrpcTable, type Flags, type Outcome, type RunOptions } from './training-run.ts';

const killer = fileURLToPath(new URL('./kill-at-write.mjs', import.meta.url));
const steps = 6;
/** Numbers of moments to try, evenly spread over the file operations and over the duration of a run. */
const writesTried = 5;
const timesTried = 2;

let root: string;
let whole: string;
let changes: number;
let duration: number;

beforeAll(async () => {
  root = await makeRoot();
  await mkdir(join(root, 'MRPC'));
  for (const split of ['train', 'dev', 'test']) await writeFile(join(root, 'MRPC', `${split}.tsv`), mrpcTable());
  whole = join(root, 'whole');
  const countFile = join(root, 'count');
  const started = performance.now();
  const { code, output } = await train(whole, killAtWrite(0, countFile));
  duration = performance.now() - started;
  expect(code, output).toBe(0);
  changes = Number(await readFile(countFile, 'utf8'));
}, 600_000);
afterAll(() => rm(root, { recursive: true, force: true }));

function train(folder: string, options: Omit<RunOptions, 'cwd'> = {}): Promise<Outcome> {
  const flags: Flags = { output_dir: folder, train_step: steps, save_checkpoints_steps: 2, early_stopping_patience: 5 };
  return classify(root, flags, options);
}

function killAtWrite(n: number, countFile = ''): Pick<RunOptions, 'preload'> {
  return { preload: { module: killer, environment: { KILL_AT_WRITE: String(n), COUNT_FILE: countFile } } };
}

/** Resumes a killed run, and compares all its results. */
async function expectSameEnd(folder: string): Promise<void> {
  const { code, output } = await train(folder);
  expect(code, output).toBe(0);
  const files = [
    ...[`checkpoint-${steps}`, 'checkpoint-best'].map((name) => join(name, 'model.safetensors')),
    join(`checkpoint-${steps}`, 'optimizer.safetensors'),
    'eval_results.txt',
    'best_trial.txt',
  ];
  for (const file of files) {
    const [expected, actual] = await Promise.all([whole, folder].map((run) => readFile(join(run, file))));
    expect(Buffer.compare(actual ?? Buffer.of(0), expected ?? Buffer.of(1)), file).toBe(0);
  }
  const log = (await readFile(join(folder, 'training_log.jsonl'), 'utf8')).trim().split('\n');
  expect(log.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual([1, 2, 3, 4, 5, 6]);
  const left = await readdir(folder);
  expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
}

describe('killed in the middle of a file operation', () => {
  it.each([...Array.from({ length: writesTried }).keys()])(
    `at %i/${writesTried} of the run`,
    async (part) => {
      const folder = join(root, `write-${part}`);
      const moment = 1 + Math.floor((part * changes) / writesTried);
      const { code, output } = await train(folder, killAtWrite(moment));
      expect(code, output).toBeNull();
      await expectSameEnd(folder);
    },
    120_000,
  );
});

describe('killed after some time', () => {
  it.each([...Array.from({ length: timesTried }).keys()])(
    `after %i/${timesTried} of the run`,
    async (part) => {
      const folder = join(root, `time-${part}`);
      await train(folder, { killAfter: ((part + 0.5) * duration) / timesTried });
      await expectSameEnd(folder);
    },
    120_000,
  );
});

it('killed repeatedly', async () => {
  const folder = join(root, 'over-and-over');
  // Each attempt is killed a little later than the previous one, until one completes.
  let kills = 0;
  for (let moment = 5; (await train(folder, killAtWrite(moment))).code === null; moment += 19) kills++;
  expect(kills).toBeGreaterThan(3);
  await expectSameEnd(folder);
}, 600_000);
