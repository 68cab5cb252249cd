import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '@albert-web/errors';
import { fixtureUrl } from '@albert-web/testing';
import { TrainingDataError } from '@albert-web/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRoot, spiece } from '../../test/training-run.ts';
import { writeMemorizingModel } from '../testing/memorizing-model.ts';
import { expectSameResultsAgain, expectToGoOn, textOf, valueOf, type FinishedRun } from '../testing/finished-run.ts';
import { Killed, runCommand, type GivenFlags } from '../testing/run-command.ts';
import { register } from './run-race.ts';

/** 8 training questions, 4 in dev, 4 in test; half of each are middle, half high. */
const race = fileURLToPath(fixtureUrl('race'));
const steps = 6;

let root: string;
let flags: GivenFlags;
/** The folder of an uninterrupted run. */
let whole: string;

beforeAll(async () => {
  root = await makeRoot();
  flags = {
    albert_config_file: join(root, 'config.json'),
    spm_model_file: spiece,
    data_dir: race,
    do_predict: true,
    max_seq_length: 64,
    max_qa_length: 24,
    train_batch_size: 2,
    train_step: steps,
    warmup_step: 1,
    learning_rate: 1e-3,
    save_checkpoints_steps: 2,
  };
  whole = join(root, 'whole');
  await runCommand(register, { ...flags, output_dir: whole });
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

const resultFiles = ['eval_results.txt', 'predict_results.txt', 'best_trial.txt'];
const finished = (): FinishedRun => ({ folder: whole, register, flags, steps, resultFiles });
const namesOf = (block: string): string[] =>
  block
    .trim()
    .split('\n')
    .map((line) => line.split(' = ')[0] ?? '');
const blocksOf = (results: string): string[] => results.split(`${'='.repeat(50)}\n`).slice(0, -1);
const scoreNames = ['eval_accuracy', 'eval_accuracy_high', 'eval_accuracy_middle', 'eval_loss', 'global_step', 'best'];

describe('a run', () => {
  it('writes eval_results.txt as the original does, and adds the accuracy of each level', async () => {
    const blocks = blocksOf(await textOf(whole, 'eval_results.txt'));
    expect(blocks.map((block) => valueOf(block, 'global_step'))).toEqual([2, 4, 6]);
    for (const block of blocks) {
      expect(namesOf(block)).toEqual(scoreNames);
      // Two questions of each level.
      const [high, middle] = ['high', 'middle'].map((level) => valueOf(block, `eval_accuracy_${level}`));
      expect([0, 0.5, 1]).toContain(high);
      expect(valueOf(block, 'eval_accuracy')).toBe(((high ?? NaN) + (middle ?? NaN)) / 2);
    }
  });

  it('scores test with the best checkpoint, and reports its score on dev', async () => {
    const [title, ...lines] = (await textOf(whole, 'predict_results.txt')).split('\n');
    const [, step, best] = (await textOf(whole, 'best_trial.txt')).split(':').map(Number);
    expect(title).toBe('***** Predict results *****');
    expect(namesOf(lines.join('\n'))).toEqual(scoreNames);
    expect(valueOf(lines.join('\n'), 'global_step')).toBe(step);
    expect(valueOf(lines.join('\n'), 'best')).toBe(best);
  });

  it('ends with the same weights and files when it is killed and resumed', async () => {
    const folder = join(root, 'killed');
    await expect(runCommand(register, { ...flags, output_dir: folder }, 'step 2: ')).rejects.toThrow(Killed);
    expect(await readdir(folder)).toContain('checkpoint-2');
    await expectToGoOn(finished(), folder, 2);
  });

  it('scores the same with only --do_eval and --do_predict', async () => {
    await expectSameResultsAgain(finished());
  });
});

it('learns its training data', async () => {
  const data = join(root, 'shown');
  for (const split of ['train', 'dev']) await cp(join(race, 'train'), join(data, split), { recursive: true });
  const once = {
    train_step: 160,
    train_batch_size: 8,
    save_checkpoints_steps: 160,
    max_seq_length: 144,
    warmup_step: 8,
  };
  const model = { albert_config_file: await writeMemorizingModel(root), learning_rate: 1e-3, max_qa_length: 32 };
  const folder = join(root, 'learnt');
  await runCommand(register, { ...flags, ...once, ...model, data_dir: data, do_predict: false, output_dir: folder });
  expect(valueOf(await textOf(folder, 'eval_results.txt'), 'eval_accuracy')).toBeGreaterThanOrEqual(7 / 8);
}, 180_000);

describe('passages', () => {
  it.each(['high', 'middle'])('of one level: --%s_only', async (level) => {
    const folder = join(root, level);
    const only = { [`${level}_only`]: true, do_train: false, init_checkpoint: join(whole, 'checkpoint-best') };
    await runCommand(register, { ...flags, ...only, output_dir: folder });
    const results = await textOf(folder, 'eval_results.txt');
    expect(namesOf(results)).toContain(`eval_accuracy_${level}`);
    expect(valueOf(results, 'eval_accuracy')).toBe(valueOf(results, `eval_accuracy_${level}`));
    const both = blocksOf(await textOf(whole, 'eval_results.txt')).at((await bestBlock()) ?? 0) ?? '';
    expect(valueOf(results, 'eval_accuracy')).toBe(valueOf(both, `eval_accuracy_${level}`));
  });

  it('are also found in the subfolder RACE/, as in the unpacked archive', async () => {
    const data = join(root, 'data');
    await cp(race, join(data, 'RACE'), { recursive: true });
    const folder = join(root, 'nested');
    const start = { do_train: false, init_checkpoint: join(whole, 'checkpoint-best') };
    await runCommand(register, { ...flags, ...start, data_dir: data, output_dir: folder });
    const loss = /^eval_loss = .*$/mu;
    const [there, here] = [await textOf(folder, 'predict_results.txt'), await textOf(whole, 'predict_results.txt')];
    expect(loss.exec(there)?.[0]).toBe(loss.exec(here)?.[0]);
  });

  /** Returns the index of the best checkpoint's block in the results of the uninterrupted run. */
  async function bestBlock(): Promise<number> {
    const [, step = NaN] = (await textOf(whole, 'best_trial.txt')).split(':').map(Number);
    return step / 2 - 1;
  }
});

describe('named errors', () => {
  const failureOf = (given: GivenFlags): Promise<unknown> =>
    runCommand(register, { ...flags, output_dir: join(root, 'wrong'), ...given }).catch((error: unknown) => error);

  it('a file that is not RACE, with its name and the position', async () => {
    const data = join(root, 'broken');
    await cp(race, data, { recursive: true });
    const file = join(data, 'train', 'high', '1.txt');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"answers": ["B"', '"answers": ["E"'));
    const failure = await failureOf({ data_dir: data });
    expect(failure).toBeInstanceOf(TrainingDataError);
    expect(String(failure)).toMatch(/high\/1\.txt is not a RACE passage: at answers\.0: .*"E"/u);
  });

  it('a folder without questions', async () => {
    const data = join(root, 'empty', 'train', 'middle');
    await mkdir(data, { recursive: true });
    await writeFile(join(data, '1.txt'), '');
    const failure = await failureOf({ data_dir: dirname(dirname(data)) });
    expect(failure).toBeInstanceOf(InvalidArgumentError);
    expect(String(failure)).toMatch(/There are no questions in .*train.*middle\/\*\.txt and high\/\*\.txt/su);
  });

  it.each([
    ['levels that exclude each other', { high_only: true, middle_only: true }, /--high_only and --middle_only/u],
    ['nothing to do', { do_train: false, do_eval: false, do_predict: false }, /None of --do_train/u],
    ['a data folder that is not given', { data_dir: '' }, /--data_dir is missing/u],
  ])('%s', async (_, given, message) => {
    const failure = await failureOf(given);
    expect(failure).toBeInstanceOf(InvalidArgumentError);
    expect(String(failure)).toMatch(message);
  });
});
