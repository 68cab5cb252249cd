import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl, readFixture } from '@albert-web/testing';
import { readSquad, squad2Metrics, squadMetrics, TrainingDataError, type RankedAnswer } from '@albert-web/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRoot, spiece } from '../../test/training-run.ts';
import { writeMemorizingModel } from '../testing/memorizing-model.ts';
import { expectSameResultsAgain, expectToGoOn, textOf, valueOf, type FinishedRun } from '../testing/finished-run.ts';
import { Killed, runCommand, type GivenFlags } from '../testing/run-command.ts';
import { linesOf } from '../training/results.ts';
import { register } from './run-squad.ts';

interface OfficialFile {
  version?: string;
  readonly data: readonly { readonly paragraphs: readonly { qas: Question[] }[] }[];
}
interface Question {
  is_impossible?: boolean | undefined;
  answers: { answer_start: number }[];
}

/** A file with 12 questions, 3 of them without an answer. */
const version2 = fileURLToPath(fixtureUrl('squad/v2.0.json'));
const official = new TextDecoder().decode(await readFixture('squad/v2.0.json'));
const { examples } = readSquad(official, version2);
/** 12 questions / 3 in a batch * 2 epochs. */
const steps = 8;

let root: string;
let flags: GivenFlags;
/** The folder of an uninterrupted run. */
let whole: string;

/** Writes the file with changed questions. */
async function changed(name: string, change: (questions: Question[]) => Question[], version = 'v2.0'): Promise<string> {
  const file = JSON.parse(official) as OfficialFile;
  file.version = version;
  for (const { paragraphs } of file.data) for (const each of paragraphs) each.qas = change(each.qas);
  await writeFile(join(root, name), JSON.stringify(file));
  return join(root, name);
}

/** Keeps the questions with answers, in the form of SQuAD 1.1: without the field `is_impossible`. */
const answerable = (questions: Question[]): Question[] =>
  questions.filter(({ answers }) => answers.length > 0).map((question) => ({ ...question, is_impossible: undefined }));

beforeAll(async () => {
  root = await makeRoot();
  flags = {
    albert_config_file: join(root, 'config.json'),
    spm_model_file: spiece,
    train_file: version2,
    predict_file: version2,
    do_train: true,
    do_predict: true,
    max_seq_length: 64,
    max_query_length: 24,
    doc_stride: 16,
    train_batch_size: 3,
    num_train_epochs: 2,
    learning_rate: 1e-3,
    save_checkpoints_steps: 2,
  };
  whole = join(root, 'whole');
  await runCommand(register, { ...flags, output_dir: whole });
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

const json = async <T>(folder: string, name: string): Promise<Record<string, T>> =>
  JSON.parse(await textOf(folder, name)) as Record<string, T>;
const resultFiles = ['predictions.json', 'nbest_predictions.json', 'null_odds.json', 'eval_results.txt'];
const finished = (): FinishedRun => ({ folder: whole, register, flags, steps, resultFiles });
/** Returns the scores after the last block of eval_results.txt. */
const finalScores = async (folder: string): Promise<string> =>
  (await textOf(folder, 'eval_results.txt')).split(`${'='.repeat(50)}\n`).at(-1) ?? '';

describe('a run', () => {
  it('counts steps by questions, although there are more windows', async () => {
    const log = (await textOf(whole, 'training_log.jsonl')).trim().split('\n');
    expect(log).toHaveLength(steps);
    const { train_windows } = await json<number>(whole, 'run.json');
    expect(train_windows).toBeGreaterThan(2 * examples.length);
  });

  it('ends with the same weights and files when it is killed and resumed', async () => {
    const folder = join(root, 'killed');
    await expect(runCommand(register, { ...flags, output_dir: folder }, 'step 4: ')).rejects.toThrow(Killed);
    expect(await readdir(folder)).toContain('checkpoint-4');
    // The part of eval_results.txt written so far already has the original's format.
    expect((await textOf(folder, 'eval_results.txt')).match(/^best f1 = /gmu)).toHaveLength(2);
    await expectToGoOn(finished(), folder, 4);
  });

  it('answers the same with only --do_predict', async () => {
    await expectSameResultsAgain(finished());
  });
});

it('learns its training data: the positions of answers, and which questions have none', async () => {
  const folder = join(root, 'learnt');
  const once = { num_train_epochs: 200, train_batch_size: 12, save_checkpoints_steps: 200, max_seq_length: 160 };
  const model = { albert_config_file: await writeMemorizingModel(root), learning_rate: 3e-3 };
  await runCommand(register, { ...flags, ...once, ...model, output_dir: folder });
  const final = await finalScores(folder);
  for (const name of ['HasAns_f1', 'NoAns_f1']) expect(valueOf(final, name), final).toBeGreaterThan(85);
}, 180_000);

describe('SQuAD 2.0', () => {
  it('answers every question from its passage, unless its null odds are above the threshold', async () => {
    const predictions = await json<string>(whole, 'predictions.json');
    const nullOdds = await json<number>(whole, 'null_odds.json');
    const threshold = valueOf(await finalScores(whole), 'null_score_diff_threshold');
    expect(Object.keys(predictions)).toEqual(examples.map(({ id }) => id));
    for (const { id, context } of examples) {
      expect(context).toContain(predictions[id]);
      expect(predictions[id] === '').toBe((nullOdds[id] ?? NaN) > threshold);
    }
  });

  it('ranks at most n_best_size answers and the null answer', async () => {
    const folder = join(root, 'ranked');
    await runCommand(register, {
      ...flags,
      output_dir: folder,
      do_train: false,
      init_checkpoint: join(whole, 'checkpoint-best'),
      n_best_size: 3,
    });
    const ranked = Object.values(await json<RankedAnswer[]>(folder, 'nbest_predictions.json'));
    expect(ranked).toHaveLength(examples.length);
    for (const answers of ranked) {
      expect(answers.length).toBeLessThanOrEqual(4);
      expect(answers.filter((answer) => answer.text === '')).toHaveLength(1);
      expect(answers.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
      const probabilities = answers.map(({ probability }) => probability);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    }
  });

  it('writes eval_results.txt as the original does: a block per checkpoint, then the best one', async () => {
    const blocks = (await textOf(whole, 'eval_results.txt')).split(`${'='.repeat(50)}\n`);
    expect(blocks).toHaveLength(steps / 2 + 1);
    const names = blocks[0]
      ?.trim()
      .split('\n')
      .map((line) => line.split(' = ')[0]);
    const scores =
      'HasAns_exact HasAns_f1 HasAns_total NoAns_exact NoAns_f1 NoAns_total best_exact best_exact_thresh best_f1 ' +
      'best_f1_thresh exact f1 null_score_diff_threshold total';
    expect(names).toEqual([...scores.split(' '), 'saved checkpoint-2 to checkpoint-best', 'best f1']);
    const f1 = blocks.map((block) => valueOf(block, 'f1'));
    const best = Math.max(...f1.slice(0, -1));
    expect(f1.at(-1)).toBe(best);
    expect(blocks.at(-1)).toMatch(new RegExp(`best perf happened at step: ${2 * (f1.indexOf(best) + 1)}\n$`, 'u'));
  });

  it('scores the predictions that it wrote', async () => {
    const [predictions, nBest, nullOdds] = [
      await json<string>(whole, 'predictions.json'),
      await json<RankedAnswer[]>(whole, 'nbest_predictions.json'),
      await json<number>(whole, 'null_odds.json'),
    ];
    const found = Object.entries(nBest).map(([id, ranked]) => [
      id,
      ranked.find((each) => each.text !== '')?.text ?? '',
    ]);
    const answers = Object.fromEntries(found) as Record<string, string>;
    const scores = squad2Metrics(examples, { predictions, answers, nullOdds });
    const written = (await finalScores(whole)).split('\n').filter((line) => !/^null_score|^best perf|^$/u.test(line));
    expect(`${written.join('\n')}\n`).toBe(linesOf(scores));
  });

  it.each([
    [-1e9, (answer: string) => answer === ''],
    [1e9, (answer: string) => answer !== ''],
  ])('uses the given null threshold: %d', async (null_score_diff_threshold, isRight) => {
    const folder = join(root, 'threshold');
    const start = { init_checkpoint: join(whole, 'checkpoint-best'), do_train: false };
    await runCommand(register, { ...flags, ...start, output_dir: folder, null_score_diff_threshold });
    const predictions = Object.values(await json<string>(folder, 'predictions.json'));
    expect(predictions.filter((answer) => !isRight(answer))).toEqual([]);
    expect(await finalScores(folder)).toContain(`null_score_diff_threshold = ${null_score_diff_threshold}\n`);
  });
});

describe('SQuAD 1.1', () => {
  it('has its own scores, answers every question and has no null odds', async () => {
    const file = await changed('v1.1.json', answerable, '1.1');
    const folder = join(root, 'version1');
    await runCommand(register, {
      ...flags,
      output_dir: folder,
      train_file: file,
      predict_file: file,
      num_train_epochs: 1,
      save_checkpoints_steps: 3,
    });
    const predictions = await json<string>(folder, 'predictions.json');
    const asked = readSquad(await readFile(file, 'utf8'), file);
    expect(asked).toMatchObject({ version2: false, examples: { length: 9 } });
    expect(Object.values(predictions)).not.toContain('');
    expect(await readdir(folder)).not.toContain('null_odds.json');
    expect(await finalScores(folder)).toBe(
      `${linesOf(squadMetrics(asked.examples, predictions))}best perf happened at step: 3\n`,
    );
  });

  it('answers a hidden test set, and scores nothing', async () => {
    const file = await changed(
      'hidden.json',
      (questions) => answerable(questions).map((each) => ({ ...each, answers: [] })),
      '1.1',
    );
    const folder = join(root, 'hidden');
    const start = { init_checkpoint: join(whole, 'checkpoint-best'), do_train: false };
    const printed = await runCommand(register, { ...flags, ...start, output_dir: folder, predict_file: file });
    expect(printed).toContain('predictions.json is not scored');
    expect(Object.keys(await json<string>(folder, 'predictions.json'))).toHaveLength(9);
    expect(await readdir(folder)).not.toContain('eval_results.txt');
  });
});

describe('incorrect data', () => {
  it('skips a question with a misplaced answer, and says so', async () => {
    let isFirst = true;
    const file = await changed('misplaced.json', (questions) => {
      const answer = questions[0]?.answers[0];
      if (isFirst && answer) answer.answer_start += 1;
      isFirst = false;
      return questions;
    });
    const only = { train_file: file, do_predict: false, num_train_epochs: 0.3 };
    const printed = await runCommand(register, { ...flags, ...only, output_dir: join(root, 'misplaced') });
    expect(printed).toContain('Skipped 1 of 12 questions whose answer is not at answer_start ("grey-1")');
  });

  it.each([
    ['a missing file', '/nowhere/train.json', /nowhere.*cannot be read/u],
    ['invalid JSON', '{"version"', /is not a SQuAD file: it is not JSON/u],
    ['JSON in another format', '{"data": [{"paragraphs": [{"context": 1}]}]}', /at data\.0\.paragraphs\.0\.context/u],
    [
      'SQuAD 1.1 with a question without an answer',
      JSON.stringify({ ...(JSON.parse(official) as object), version: '1.1' }).replaceAll(
        '"is_impossible"',
        '"not_in_1.1"',
      ),
      /has no answer.*version_2_with_negative/u,
    ],
  ])('%s is a named error, before any model is read', async (_, contents, message) => {
    const file = contents.startsWith('/') ? contents : join(root, 'wrong.json');
    if (file !== contents) await writeFile(file, contents);
    for (const name of ['train_file', 'predict_file']) {
      const failure = await runCommand(register, { ...flags, output_dir: join(root, 'wrong'), [name]: file }).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(TrainingDataError);
      expect(String(failure)).toMatch(message);
    }
    expect(await readdir(root)).not.toContain('wrong');
  });
});
