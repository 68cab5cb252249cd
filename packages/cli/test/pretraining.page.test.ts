/** The built `albert` command pretrains on a text, is killed and resumed, and ends with the same weights. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRoot, runAlbert, spiece, type Flags, type Outcome } from './training-run.ts';

const steps = 8;
let root: string;

beforeAll(async () => {
  root = await makeRoot();
  const words = ['river', 'garden', 'letter', 'window', 'music', 'winter', 'bread', 'stone'];
  const lines = Array.from({ length: 120 }, (_, i) => {
    const [one, two] = [words[i % 8], words[(i * 5 + 3) % 8]];
    return i % 6 === 5 ? '' : `The ${one} of number ${i} was nearer than the ${two} that we had seen before.`;
  });
  await writeFile(join(root, 'text.txt'), lines.join('\n'));
  const flags = {
    input_file: join(root, 'text.txt'),
    output_file: ['a', 'b'].map((name) => join(root, `${name}.tfrecord`)).join(','),
    spm_model_file: spiece,
    max_seq_length: 64,
    max_predictions_per_seq: 10,
    dupe_factor: 1,
  };
  const { code, output } = await runAlbert('create-pretraining-data', flags, { cwd: root });
  expect(code, output).toBe(0);
}, 300_000);
afterAll(() => rm(root, { recursive: true, force: true }));

function pretrain(folder: string, flags: Flags = {}, killAt?: string): Promise<Outcome> {
  const given: Flags = {
    input_file: join(root, '*.tfrecord'),
    output_dir: join(root, folder),
    albert_config_file: join(root, 'config.json'),
    spm_model_file: spiece,
    do_eval: 'True',
    max_seq_length: 64,
    // Less than a third of the instances, so that the run ends in its third epoch.
    train_batch_size: 12,
    eval_batch_size: 8,
    num_train_steps: steps,
    num_warmup_steps: 2,
    learning_rate: 0.01,
    save_checkpoints_steps: 2,
    ...flags,
  };
  return runAlbert('pretrain', given, { cwd: root, killAt });
}

const lossesOf = async (folder: string): Promise<number[]> => {
  const lines = (await readFile(join(root, folder, 'training_log.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { loss: number }).loss);
};

describe('pretrain', () => {
  it('ends with the same weights however often it is killed, and learns', async () => {
    const uninterrupted = await pretrain('whole');
    expect(uninterrupted.code, uninterrupted.output).toBe(0);
    for (const moment of ['step 2:', 'step 6:']) expect((await pretrain('killed', {}, moment)).code, moment).toBeNull();
    const last = await pretrain('killed');
    expect(last.code, last.output).toBe(0);
    expect(last.output).toMatch(/Resuming after step/u);
    for (const file of [
      `checkpoint-${steps}/model.safetensors`,
      'checkpoint-best/model.safetensors',
      'eval_results.txt',
    ]) {
      const [expected, actual] = await Promise.all(['whole', 'killed'].map((run) => readFile(join(root, run, file))));
      expect(Buffer.compare(actual ?? Buffer.of(0), expected ?? Buffer.of(1)), file).toBe(0);
    }
    const losses = await lossesOf('whole');
    expect(await lossesOf('killed')).toEqual(losses);
    // Random guesses in both tasks: ln 30000 + ln 2.
    expect(losses[0]).toBeCloseTo(11.0, 0);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) - 0.2);
    const results = await readFile(join(root, 'whole', 'eval_results.txt'), 'utf8');
    for (const name of ['masked_lm_accuracy', 'masked_lm_loss', 'sentence_order_accuracy', 'sentence_order_loss']) {
      expect(results).toMatch(new RegExp(`^${name} = [\\d.]+$`, 'mu'));
    }
  }, 600_000);

  it('uses a different order with a different seed', async () => {
    const flags = { num_train_steps: 1, do_eval: 'False' };
    const first = await pretrain('seed-1', { ...flags, random_seed: 1 });
    expect(first.code, first.output).toBe(0);
    expect((await pretrain('seed-2', { ...flags, random_seed: 2 })).code).toBe(0);
    expect(await lossesOf('seed-1')).not.toEqual(await lossesOf('seed-2'));
  }, 300_000);

  it('evaluates the best model in the same format, and keeps the earlier evaluations', async () => {
    const before = await readFile(join(root, 'whole', 'eval_results.txt'), 'utf8');
    const { code, output } = await pretrain('whole', { do_train: 'False' });
    expect(code, output).toBe(0);
    expect(output).toMatch(/^masked_lm_accuracy = /mu);
    expect(await readFile(join(root, 'whole', 'eval_results.txt'), 'utf8')).toBe(before);
  }, 300_000);

  it('rejects patience without evaluations, and instances that are too long', async () => {
    const patient = await pretrain('patient', { do_eval: 'False', early_stopping_patience: 3 });
    expect(patient.code).toBe(2);
    expect(patient.output).toMatch(
      /InvalidArgumentError: --early_stopping_patience is 3, but checkpoints are not evaluated/u,
    );
    const short = await pretrain('short', { max_seq_length: 16 });
    expect(short.code).toBe(2);
    expect(short.output).toMatch(/InvalidArgumentError: .*has an instance of \d+ tokens/u);
  }, 300_000);
});
