/** The built `albert` command trains in child processes that are killed, or get wrong data or flags. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify as classifyIn, makeRoot, mrpcTable, tinyConfig, type Flags, type Outcome } from './training-run.ts';

const steps = 12;
let root: string;

beforeAll(async () => {
  root = await makeRoot();
  const table = mrpcTable();
  const files = {
    MRPC: [table, table],
    'empty-dev': [table, table.split('\n')[0]],
    'other-text': [table.replace('sat on mat 7', 'sat on mat 8'), table],
    'one-class': [table.replaceAll('\n0', '\n1'), table],
  };
  for (const [folder, [train = '', dev = '']] of Object.entries(files)) {
    await mkdir(join(root, folder));
    await writeFile(join(root, folder, 'train.tsv'), train);
    for (const split of ['dev', 'test']) await writeFile(join(root, folder, `${split}.tsv`), dev);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs `run-classifier`. @param killAt output at which it is killed */
function classify(flags: Flags, killAt?: string): Promise<Outcome> {
  return classifyIn(root, flags, { killAt });
}

const weights = (folder: string): Promise<Buffer> => readFile(join(folder, `checkpoint-${steps}`, 'model.safetensors'));

it('ends with the same weights however often it is killed', async () => {
  const [whole, killed] = [join(root, 'whole'), join(root, 'killed')];
  const uninterrupted = await classify({ output_dir: whole, do_predict: 'True' });
  expect(uninterrupted.code, uninterrupted.output).toBe(0);
  for (const moment of ['step 3:', 'step 6:', 'Resuming after step 6']) {
    const { code } = await classify({ output_dir: killed }, moment);
    expect(code, moment).toBeNull();
    // It can be used before training ends.
    expect(await readdir(killed)).toContain('checkpoint-best');
  }
  const last = await classify({ output_dir: killed });
  expect(last.code, last.output).toBe(0);
  expect(last.output).toMatch(/Resuming after step/u);
  expect(Buffer.compare(await weights(whole), await weights(killed))).toBe(0);
  const evaluations = (folder: string): Promise<string> => readFile(join(folder, 'eval_results.txt'), 'utf8');
  expect(await evaluations(killed)).toBe(await evaluations(whole));
  // As if it was killed between its last checkpoint and the result files.
  await rm(join(killed, 'eval_results.txt'));
  expect((await classify({ output_dir: killed })).code).toBe(0);
  expect(await evaluations(killed)).toContain(`global_step = ${steps}`);
  // Another evaluation without training keeps the record in its format.
  expect((await classify({ output_dir: killed, do_train: 'False' })).output).toMatch(/^eval_accuracy = /mu);
  expect(await evaluations(killed)).toBe(await evaluations(whole));
  const results = await readFile(join(whole, 'test_results.tsv'), 'utf8');
  expect(results.trim().split('\n')).toHaveLength(40);
}, 600_000);

it('says from where it will resume when it is interrupted, and ends by that signal', async () => {
  const flags = { output_dir: join(root, 'interrupted') };
  const { code, signal, output } = await classifyIn(root, flags, { killAt: 'step 6:', signal: 'SIGINT' });
  expect([code, signal], output).toEqual([null, 'SIGINT']);
  const [, done, from] =
    /Interrupted after step (\d+) of 12\. Run the same command again to resume after step (\d+)/u.exec(output) ?? [];
  expect(Number(done)).toBeGreaterThanOrEqual(6);
  const next = await classify(flags);
  expect(next.code, next.output).toBe(0);
  expect(next.output).toContain(`Resuming after step ${from} of 12`);
}, 120_000);

describe('named errors', () => {
  describe('a folder of another run', () => {
    const short = { output_dir: 'taken', train_step: 1, do_eval: 'False' };
    beforeAll(async () => {
      const { code, output } = await classify(short);
      expect(code, output).toBe(0);
      await writeFile(join(root, 'config-2.json'), JSON.stringify({ ...tinyConfig, hidden_dropout_prob: 0.2 }));
    });

    it.each([
      ['another learning rate', { learning_rate: 1 }, /learning_rate was 0.001, now 1\. Choose/u],
      ['another length', { max_seq_length: 32 }, /max_seq_length was 64, now 32\. Choose/u],
      ['another seed', { random_seed: 1 }, /random_seed was 12345, now 1\. Choose/u],
      [
        'as many rows with other texts',
        { data_dir: 'other-text' },
        /train_data_sha256 was \w{64}, now \w{64}\. Choose/u,
      ],
      [
        'another configuration',
        { albert_config_file: 'config-2.json' },
        /config.hidden_dropout_prob was 0.1, now 0.2\. Choose/u,
      ],
      [
        'other start weights',
        { init_checkpoint: join('taken', 'checkpoint-1', 'model.safetensors') },
        /start_weights_sha256 was none, now \w{64}\. Choose/u,
      ],
    ])('%s', async (_, flags, message) => {
      const { code, output } = await classify({ ...short, ...flags });
      expect(code).toBe(2);
      expect(output).toMatch(/RunFolderError: .*contains a different run: /u);
      expect(output).toMatch(message);
    });
  });

  it('a diverging run stops, and keeps its best checkpoint', async () => {
    const folder = join(root, 'diverged');
    const flags = { output_dir: folder, learning_rate: 1e30, warmup_step: 4, save_checkpoints_steps: 1 };
    const { code, output } = await classify(flags);
    expect(code).toBe(2);
    expect(output).toMatch(/(?:DivergedError|NonFiniteWeightError): /u);
    // The first step of a warm-up has rate 0, so its checkpoint is the unchanged model.
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['checkpoint-1', 'checkpoint-best']));
  });

  it.each([
    ['nothing to do', { do_train: 'False', do_eval: 'False' }, /InvalidArgumentError: None of --do_train/u],
    ['an unknown task', { task_name: 'GLUE' }, /InvalidArgumentError: There is no task "GLUE"/u],
    ['files of another task', { task_name: 'STS-B', data_dir: 'MRPC' }, /TrainingDataError: .*has no column "score"/u],
    ['an empty dev set', { data_dir: 'empty-dev' }, /TrainingDataError: .*dev.tsv contains no examples/u],
    ['labels of one class', { data_dir: 'one-class' }, /TrainingDataError: All 40 rows of .* have the same label/u],
    ['sequences longer than the model', { max_seq_length: 65 }, /InvalidArgumentError: .*The model has 64 positions/u],
    ['a TPU', { use_tpu: 'True' }, /InvalidArgumentError: --use_tpu=True is not supported/u],
    ['missing data', { data_dir: '/nowhere' }, /TrainingDataError: \/nowhere\/train.tsv cannot be read/u],
  ])('%s', async (_, flags, message) => {
    const { code, output } = await classify({ output_dir: join(root, 'bad'), ...flags });
    expect(code).toBe(2);
    expect(output).toMatch(message);
  });
});
