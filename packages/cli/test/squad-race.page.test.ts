/** The built `albert` command trains on SQuAD and RACE, is killed with SIGKILL, and ends like an uninterrupted run. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixtureUrl } from '@albert-web/testing';
import { makeRoot, runAlbert, spiece, type Flags, type Outcome } from './training-run.ts';

const squad = fileURLToPath(fixtureUrl('squad/v2.0.json'));
const steps = 12;
let root: string;

beforeAll(async () => {
  root = await makeRoot();
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** For each command, its flags for `steps` steps and the files that it writes at the end. */
const runs: readonly (readonly [command: string, flags: Flags, files: readonly string[]])[] = [
  [
    'run-squad',
    {
      train_file: squad,
      predict_file: squad,
      do_train: 'True',
      do_predict: 'True',
      max_query_length: 24,
      doc_stride: 16,
      train_batch_size: 3,
      num_train_epochs: 3,
    },
    ['eval_results.txt', 'predictions.json', 'nbest_predictions.json', 'null_odds.json'],
  ],
  [
    'run-race',
    {
      data_dir: fileURLToPath(fixtureUrl('race')),
      do_predict: 'True',
      max_qa_length: 24,
      train_batch_size: 2,
      train_step: steps,
      warmup_step: 1,
    },
    ['eval_results.txt', 'predict_results.txt'],
  ],
];

it.each(runs)(
  '%s ends with the same weights and files however often it is killed',
  async (command, flags, files) => {
    const run = (name: string, killAt?: string): Promise<Outcome> => {
      const given = {
        albert_config_file: join(root, 'config.json'),
        spm_model_file: spiece,
        max_seq_length: 64,
        ...flags,
      };
      const own = { learning_rate: 1e-3, save_checkpoints_steps: 3, output_dir: join(root, `${command}-${name}`) };
      return runAlbert(command, { ...given, ...own }, { cwd: root, killAt });
    };
    const contents = (name: string, file: string): Promise<Buffer> => readFile(join(root, `${command}-${name}`, file));

    const whole = await run('whole');
    expect(whole.code, whole.output).toBe(0);
    for (const moment of ['step 3: ', 'Resuming after step 3', 'step 9: ']) {
      const { code, output } = await run('killed', moment);
      expect(code, output).toBeNull();
      expect(await readdir(join(root, `${command}-killed`))).toContain('checkpoint-best');
    }
    const last = await run('killed');
    expect(last.code, last.output).toBe(0);
    expect(last.output).toMatch(/Resuming after step/u);
    for (const file of [join(`checkpoint-${steps}`, 'model.safetensors'), ...files]) {
      expect(Buffer.compare(await contents('killed', file), await contents('whole', file)), file).toBe(0);
    }
  },
  600_000,
);
