/** `run-classifier` writes a model with names for its classes. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlbertError } from '@albert-web/errors';
import { load } from '@albert-web/tasks';
import { fixtureUrl } from '@albert-web/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRoot, mrpcTable, spiece } from '../../test/training-run.ts';
import { ClassNamesError } from '../errors.ts';
import { runCommand, type GivenFlags } from '../testing/run-command.ts';
import { register } from './run-classifier.ts';

const fixtures = fileURLToPath(fixtureUrl('classifiers'));
let root: string;

beforeAll(async () => {
  root = await makeRoot();
  await mkdir(join(root, 'MRPC'));
  await writeFile(join(root, 'MRPC', 'train.tsv'), mrpcTable());
});
afterAll(() => rm(root, { recursive: true, force: true }));

it("a model of MRPC has Hugging Face's names, and gives verdicts without a warning", async () => {
  const flags: GivenFlags = {
    task_name: 'MRPC',
    data_dir: root,
    albert_config_file: join(root, 'config.json'),
    spm_model_file: spiece,
    output_dir: join(root, 'run'),
    do_train: true,
    train_step: 1,
    train_batch_size: 2,
    max_seq_length: 32,
  };
  await runCommand(register, flags);
  const best = join(root, 'run', 'checkpoint-best');
  expect(JSON.parse(await readFile(join(best, 'config.json'), 'utf8'))).toMatchObject({
    id2label: { 0: 'not_equivalent', 1: 'equivalent' },
    label2id: { not_equivalent: 0, equivalent: 1 },
  });
  const warnings: AlbertError[] = [];
  const model = await load(best, { backend: 'cpu', onWarning: (warning) => warnings.push(warning) });
  const { probability } = await model.paraphrase('He left.', 'He went away.');
  const scores = await model.classify([['He left.', 'He went away.']]);
  expect(scores[0]?.find(({ label }) => label === 'equivalent')?.score).toBeCloseTo(probability, 6);
  expect(warnings).toEqual([]);
  expect(model.info().notes).toEqual([]);
  await model.dispose();
});

it("a model that is only evaluated must have the original's class order", async () => {
  const model = join(root, 'inference');
  await cp(join(fixtures, 'inference'), model, { recursive: true });
  const evaluate = async (...names: readonly string[]): Promise<string> => {
    const config = JSON.parse(await readFile(join(fixtures, 'inference/config.json'), 'utf8')) as object;
    await writeFile(
      join(model, 'config.json'),
      JSON.stringify({ ...config, id2label: Object.fromEntries(names.entries()) }),
    );
    const output_dir = join(root, names.join('-'));
    const flags = { task_name: 'MNLI', data_dir: fixtures, albert_hub_module_handle: model, output_dir, do_eval: true };
    return runCommand(register, { ...flags, max_seq_length: 32 });
  };
  // Hugging Face's order is different.
  await expect(evaluate('entailment', 'neutral', 'contradiction')).rejects.toThrow(ClassNamesError);
  expect(await evaluate('contradiction', 'entailment', 'neutral')).toContain('eval_accuracy = ');
  expect(await evaluate('LABEL_0', 'LABEL_1', 'LABEL_2')).toContain('eval_accuracy = ');
});
