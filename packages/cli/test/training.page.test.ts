/** The built `albert` command trains in child processes that are killed, misled and misconfigured. */
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const albert = fileURLToPath(new URL('../bin/albert.js', import.meta.url));
const tokenizer = fileURLToPath(new URL('../../testing/fixtures/tokenizer/spiece.model', import.meta.url));
const steps = 12;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'albert-training-'));
  await writeFile(
    join(root, 'config.json'),
    JSON.stringify({
      model_type: 'albert',
      vocab_size: 30000,
      embedding_size: 8,
      hidden_size: 16,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      intermediate_size: 32,
      max_position_embeddings: 64,
      hidden_dropout_prob: 0.1,
    }),
  );
  const rows = Array.from({ length: 40 }, (_, i) => {
    const other = i % 2 ? 'The cat sat' : 'A dog barked';
    return `${i % 2}\t${i}\t${i}\tThe cat sat on mat ${i} .\t${other} near mat ${i} .`;
  });
  const table = ['Quality\t#1 ID\t#2 ID\t#1 String\t#2 String', ...rows].join('\n');
  const files = {
    MRPC: [table, table],
    'empty-dev': [table, table.split('\n')[0]],
    'one-class': [table.replaceAll('\n0', '\n1'), table],
  };
  for (const [folder, [train = '', dev = '']] of Object.entries(files)) {
    await mkdir(join(root, folder));
    await writeFile(join(root, folder, 'train.tsv'), train);
    for (const split of ['dev', 'test']) await writeFile(join(root, folder, `${split}.tsv`), dev);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the command; kills it as soon as its output holds `killAt`. */
function classify(flags: Readonly<Record<string, string | number>>, killAt?: string): Promise<Outcome> {
  const given: Record<string, string | number> = {
    data_dir: root,
    task_name: 'MRPC',
    albert_config_file: join(root, 'config.json'),
    spm_model_file: tokenizer,
    do_train: 'True',
    do_eval: 'True',
    max_seq_length: 64,
    train_batch_size: 8,
    train_step: steps,
    warmup_step: 2,
    learning_rate: 1e-3,
    save_checkpoints_steps: 3,
    ...flags,
  };
  const args = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [albert, 'run-classifier', ...args], { cwd: root });
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (killAt !== undefined && output.includes(killAt)) child.kill('SIGKILL');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (code) => resolve({ code, output }));
  });
}

const weights = (folder: string): Promise<Buffer> => readFile(join(folder, `checkpoint-${steps}`, 'model.safetensors'));

it('ends with the same weights however often it is killed', async () => {
  const [whole, killed] = [join(root, 'whole'), join(root, 'killed')];
  const uninterrupted = await classify({ output_dir: whole, do_predict: 'True' });
  expect(uninterrupted.code, uninterrupted.output).toBe(0);
  for (const moment of ['step 3:', 'step 6:', 'Resuming after step 6']) {
    const { code } = await classify({ output_dir: killed }, moment);
    expect(code, moment).toBeNull();
    // Whoever wants to use it need not wait for the end.
    expect(await readdir(killed)).toContain('checkpoint-best');
  }
  const last = await classify({ output_dir: killed });
  expect(last.code, last.output).toBe(0);
  expect(last.output).toMatch(/Resuming after step/u);
  expect(Buffer.compare(await weights(whole), await weights(killed))).toBe(0);
  const evaluations = (folder: string): Promise<string> => readFile(join(folder, 'eval_results.txt'), 'utf8');
  expect(await evaluations(killed)).toBe(await evaluations(whole));
  // Killed between its last checkpoint and the files that tell of it.
  await rm(join(killed, 'eval_results.txt'));
  expect((await classify({ output_dir: killed })).code).toBe(0);
  expect(await evaluations(killed)).toContain(`global_step = ${steps}`);
  const results = await readFile(join(whole, 'test_results.tsv'), 'utf8');
  expect(results.trim().split('\n')).toHaveLength(40);
}, 600_000);

describe('named errors', () => {
  it('a folder of another run', async () => {
    const folder = join(root, 'taken');
    const short = { output_dir: folder, train_step: 1, do_eval: 'False' };
    expect((await classify(short)).code).toBe(0);
    const { code, output } = await classify({ ...short, learning_rate: 1 });
    expect(code).toBe(2);
    expect(output).toMatch(/RunFolderError: .*holds another run: learning_rate was 0.001, is 1/u);
  });

  it('a learning rate that diverges stops, and the best checkpoint before stays', async () => {
    const folder = join(root, 'diverged');
    const flags = { output_dir: folder, learning_rate: 1e30, warmup_step: 4, save_checkpoints_steps: 1 };
    const { code, output } = await classify(flags);
    expect(code).toBe(2);
    expect(output).toMatch(/(?:DivergedError|NonFiniteWeightError): /u);
    // The first step of a warm-up has rate 0: its checkpoint is the untouched model.
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['checkpoint-1', 'checkpoint-best']));
  });

  it.each([
    ['nothing to do', { do_train: 'False', do_eval: 'False' }, /InvalidArgumentError: None of --do_train/u],
    ['an unknown task', { task_name: 'GLUE' }, /InvalidArgumentError: There is no task "GLUE"/u],
    ['files of another task', { task_name: 'STS-B', data_dir: 'MRPC' }, /TrainingDataError: .*has no column "score"/u],
    ['an empty dev set', { data_dir: 'empty-dev' }, /TrainingDataError: .*dev.tsv holds no example/u],
    ['labels of one class', { data_dir: 'one-class' }, /TrainingDataError: All 40 rows of .* have the same label/u],
    ['sequences longer than the model', { max_seq_length: 65 }, /InvalidArgumentError: .*The model has 64 positions/u],
    ['a TPU', { use_tpu: 'True' }, /InvalidArgumentError: --use_tpu=True cannot be honoured/u],
    ['missing data', { data_dir: '/nowhere' }, /TrainingDataError: \/nowhere\/train.tsv cannot be read/u],
  ])('%s', async (_, flags, message) => {
    const { code, output } = await classify({ output_dir: join(root, 'bad'), ...flags });
    expect(code).toBe(2);
    expect(output).toMatch(message);
  });
});
