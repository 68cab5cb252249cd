import { createReadStream } from 'node:fs';
import { InvalidArgumentError } from '@albert-web/errors';
import {
  inSlices,
  pretrainingBatch,
  pretrainingMetrics,
  readExample,
  readRecords,
  type PretrainingInstance,
  type TrainingBatch,
} from '@albert-web/training';
import type { Command } from 'commander';
import { loadForTraining, withBestModel, type ModelOfRun } from '../training/best-model.ts';
import {
  addFlags,
  choice,
  ignored,
  integer,
  readFlags,
  real,
  refused,
  required,
  text,
  toggle,
  type FlagValues,
} from '../training/flags.ts';
import { findInputFiles } from '../training/input-files.ts';
import { modelFlags } from '../training/model.ts';
import { checkSomethingToDo, openRun, reportMetrics, startOf } from '../training/open-run.ts';
import type { RunFolder } from '../training/run-folder.ts';
import { train, trainingFlags } from '../training/train.ts';

/** google-research/albert `run_pretraining.py`. */
const flags = {
  input_file: text('TFRecord files of create-pretraining-data, comma-separated, * allowed'),
  output_dir: text('where checkpoints and results go; a run there is resumed'),
  ...modelFlags,
  init_from_group0: refused('all groups are read from the checkpoint'),
  max_seq_length: integer('tokens of an instance; longer ones are refused', 512, 8),
  max_predictions_per_seq: ignored('instances carry the masks they were made with'),
  do_train: toggle('train', false),
  do_eval: toggle('evaluate on --input_file', false),
  ...trainingFlags,
  train_batch_size: integer('instances of a training batch', 4096, 1),
  eval_batch_size: integer('instances of an evaluation batch', 64, 1),
  optimizer: choice('update rule', ['adamw', 'lamb'], 'lamb'),
  learning_rate: real('highest learning rate', 0.00176),
  poly_power: real('exponent of the decay', 1),
  num_train_steps: integer('training steps', 125000, 1),
  num_warmup_steps: integer('steps of linear warm-up', 3125),
  start_warmup_step: integer('step at which the warm-up begins', 0),
  save_checkpoints_steps: integer('steps between checkpoints', 5000, 1),
  max_eval_steps: integer('batches of an evaluation', 100, 1),
  masked_lm_budget: refused('masks are made by create-pretraining-data', ['0']),
} as const;

type Flags = FlagValues<typeof flags>;

/** `albert pretrain`: masked language model and sentence order, from scratch or from a checkpoint. */
export function register(program: Command): void {
  const command = program
    .command('pretrain')
    .description('pretrain with MLM + SOP on create-pretraining-data files; flags are those of run_pretraining.py');
  addFlags(command, flags).action((given: Record<string, unknown>) => pretrain(readFlags(flags, given)));
}

async function pretrain(flags: Flags): Promise<void> {
  checkSomethingToDo(flags, ['do_train', 'do_eval']);
  const files = await findInputFiles(required(flags.input_file, 'input_file'));
  const { folder, run } = await openRun(flags, 'pretraining');
  if (flags.do_train) await trainOn(files, flags, folder, run);
  if (flags.do_eval) await evaluateOn(files, flags, folder, run);
}

async function trainOn(files: readonly string[], flags: Flags, folder: RunFolder, run: ModelOfRun): Promise<void> {
  const instances = endless(files, flags);
  const take = async (count: number): Promise<PretrainingInstance[]> => {
    const taken: PretrainingInstance[] = [];
    while (taken.length < count) taken.push((await instances.next()).value);
    return taken;
  };
  await train(
    {
      folder,
      flags,
      learningRate: flags.learning_rate,
      steps: flags.num_train_steps,
      warmupSteps: flags.num_warmup_steps,
      power: flags.poly_power,
      startWarmupStep: flags.start_warmup_step,
      identity: {
        command: 'pretrain',
        model: startOf(flags),
        input_files: files.length,
        start_warmup_step: flags.start_warmup_step,
      },
      // The stream is read from its beginning: a resumed run sees the instances it would have seen.
      onStart: async (stepsDone) => {
        for (let step = 0; step < stepsDone; step++) await take(flags.train_batch_size);
      },
      batchesOf: async (_, size) => inSlices(await take(flags.train_batch_size), size).map(pretrainingBatch),
      keyMetric: 'masked_lm_accuracy',
      tokenizerFiles: run.source.tokenizerFiles,
    },
    (checkpoint) => loadForTraining(run, checkpoint),
  );
}

/** Prints accuracies and losses of both tasks and keeps them in `eval_results.txt`. */
async function evaluateOn(files: readonly string[], flags: Flags, folder: RunFolder, run: ModelOfRun): Promise<void> {
  const metrics = await withBestModel(run, folder, (trainer) =>
    pretrainingMetrics(trainer, evaluationBatches(files, flags)),
  );
  await reportMetrics(folder, 'eval_results.txt', metrics);
}

async function* evaluationBatches(files: readonly string[], flags: Flags): AsyncGenerator<TrainingBatch> {
  let batch: PretrainingInstance[] = [];
  let batches = 0;
  for await (const instance of once(files, flags)) {
    batch.push(instance);
    if (batch.length < flags.eval_batch_size) continue;
    yield pretrainingBatch(batch);
    batch = [];
    if (++batches === flags.max_eval_steps) return;
  }
  if (batch.length > 0) yield pretrainingBatch(batch);
}

/** The files' instances over and over. */
async function* endless(files: readonly string[], flags: Flags): AsyncGenerator<PretrainingInstance, never> {
  for (;;) {
    let count = 0;
    for await (const instance of once(files, flags)) {
      count++;
      yield instance;
    }
    if (count === 0) {
      throw new InvalidArgumentError({
        problem: `${files.join(', ')} hold no instance`,
        remedy: 'Make them with create-pretraining-data',
      });
    }
  }
}

async function* once(files: readonly string[], flags: Flags): AsyncGenerator<PretrainingInstance> {
  for (const file of files) {
    for await (const record of readRecords(createReadStream(file), file)) {
      const instance = readExample(record, file);
      if (instance.ids.length <= flags.max_seq_length) {
        yield instance;
        continue;
      }
      throw new InvalidArgumentError({
        problem: `${file} has an instance of ${instance.ids.length} tokens`,
        expected: `--max_seq_length allows ${flags.max_seq_length}`,
        remedy: 'Raise --max_seq_length, or make shorter instances',
      });
    }
  }
}
