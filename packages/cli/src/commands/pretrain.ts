import { createReadStream } from 'node:fs';
import { InvalidArgumentError } from '@albert-web/errors';
import {
  deriveKey,
  inSlices,
  permutation,
  pretrainingBatch,
  pretrainingMetrics,
  readExample,
  RandomStream,
  readRecords,
  repeated,
  shuffled,
  type Metrics,
  type Predictor,
  type PretrainingInstance,
  type TrainingBatch,
} from '@albert-web/training';
import type { Command } from 'commander';
import type { ModelOfRun } from '../training/best-model.ts';
import { digestOfFiles } from '../training/run/digest.ts';
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
import { checkSomethingToDo, openRun } from '../training/run/open-run.ts';
import { evaluateBest } from '../training/results.ts';
import type { RunFolder } from '../training/run/folder.ts';
import { train } from '../training/train.ts';
import { trainingFlags } from '../training/training-job.ts';

/** The flags of google-research/albert `run_pretraining.py`. */
const flags = {
  input_file: text('TFRecord files of create-pretraining-data, comma-separated, * allowed'),
  output_dir: text('folder for checkpoints and results; an existing run is resumed'),
  ...modelFlags,
  init_from_group0: refused('all groups are always read from the checkpoint'),
  max_seq_length: integer('tokens per instance; longer ones are rejected', 512, 8),
  max_predictions_per_seq: ignored('instances contain their masks'),
  do_train: toggle('train', true),
  do_eval: toggle('evaluate every checkpoint on --input_file; without --do_train, the best one', false),
  ...trainingFlags,
  train_batch_size: integer('instances per training batch', 4096, 1),
  eval_batch_size: integer('instances per evaluation batch', 64, 1),
  optimizer: choice('optimizer', ['adamw', 'lamb'], 'lamb'),
  learning_rate: real('peak learning rate', 0.00176),
  poly_power: real('exponent of the decay', 1),
  num_train_steps: integer('training steps', 125000, 1),
  num_warmup_steps: integer('steps of linear warm-up', 3125),
  start_warmup_step: integer('first step of the warm-up', 0),
  save_checkpoints_steps: integer('steps between checkpoints', 5000, 1),
  max_eval_steps: integer('batches per evaluation', 100, 1),
  masked_lm_budget: refused('create-pretraining-data creates the masks', ['0']),
} as const;

type Flags = FlagValues<typeof flags>;

const keyMetric = 'masked_lm_accuracy';

/** Size of the shuffle buffer in instances, equal to the default batch size. It takes 16 MB at 512 tokens. */
const shuffleBuffer = 4096;

/** `albert pretrain`: pretrains on masked tokens and sentence order, from scratch or from a checkpoint. */
export function register(program: Command): void {
  const command = program
    .command('pretrain')
    .description('pretrain with MLM + SOP on files of create-pretraining-data, with the flags of run_pretraining.py');
  addFlags(command, flags).action((given: Record<string, unknown>) => pretrain(readFlags(flags, given)));
}

async function pretrain(flags: Flags): Promise<void> {
  checkSomethingToDo(flags, ['do_train', 'do_eval']);
  const files = await findInputFiles(required(flags.input_file, 'input_file'));
  const { folder, run } = await openRun(flags, 'pretraining');
  if (flags.do_train) await trainOn(files, flags, folder, run);
  if (flags.do_eval && !flags.do_train) {
    await evaluateBest(run, folder, keyMetric, (predictor) => evaluate(predictor, files, flags));
  }
}

async function trainOn(files: readonly string[], flags: Flags, folder: RunFolder, run: ModelOfRun): Promise<void> {
  let records = trainingRecords(files, flags, 0);
  const take = async (count: number): Promise<PretrainingInstance[]> => {
    const taken: PretrainingInstance[] = [];
    while (taken.length < count) {
      const { value, done } = await records.next();
      if (done) throw noInstance(files);
      taken.push(readInstance(value, flags));
    }
    return taken;
  };
  await train({
    folder,
    run,
    flags,
    learningRate: flags.learning_rate,
    steps: flags.num_train_steps,
    warmupSteps: flags.num_warmup_steps,
    power: flags.poly_power,
    startWarmupStep: flags.start_warmup_step,
    identity: { command: 'pretrain', max_seq_length: flags.max_seq_length, input_files: files.length },
    trainDataDigest: await digestOfFiles(files),
    onStart: (stepsDone) => {
      records = trainingRecords(files, flags, stepsDone * flags.train_batch_size);
    },
    batchesOf: async (_, size) => inSlices(await take(flags.train_batch_size), size).map(pretrainingBatch),
    evaluate: flags.do_eval ? (predictor) => evaluate(predictor, files, flags) : undefined,
    keyMetric,
  });
}

/** Computes accuracies and losses of both tasks. */
function evaluate(predictor: Predictor, files: readonly string[], flags: Flags): Promise<Metrics> {
  return pretrainingMetrics(predictor, evaluationBatches(files, flags));
}

async function* evaluationBatches(files: readonly string[], flags: Flags): AsyncGenerator<TrainingBatch> {
  let batch: PretrainingInstance[] = [];
  let batches = 0;
  for await (const record of recordsOf(files)) {
    batch.push(readInstance(record, flags));
    if (batch.length < flags.eval_batch_size) continue;
    yield pretrainingBatch(batch);
    batch = [];
    if (++batches === flags.max_eval_steps) return;
  }
  if (batch.length > 0) yield pretrainingBatch(batch);
  else if (batches === 0) throw noInstance(files);
}

/** A serialized instance and its file. */
interface StoredInstance {
  readonly data: Uint8Array;
  readonly file: string;
}

/** Repeats the files in random order, shuffled, starting at record `first`. */
function trainingRecords(files: readonly string[], flags: Flags, first: number): AsyncGenerator<StoredInstance, void> {
  return repeated((epoch) => {
    const key = deriveKey(flags.random_seed, epoch);
    const inOrder = permutation(files.length, key).flatMap((index) => files[index] ?? []);
    return shuffled(recordsOf(inOrder), shuffleBuffer, new RandomStream(deriveKey(key, 1)));
  }, first);
}

async function* recordsOf(files: readonly string[]): AsyncGenerator<StoredInstance> {
  for (const file of files) {
    // A copy, since a view would keep its whole chunk of the file in memory.
    for await (const data of readRecords(createReadStream(file), file)) yield { data: data.slice(), file };
  }
}

function readInstance({ data, file }: StoredInstance, { max_seq_length }: Flags): PretrainingInstance {
  const instance = readExample(data, file);
  if (instance.ids.length <= max_seq_length) return instance;
  throw new InvalidArgumentError({
    problem: `${file} has an instance of ${instance.ids.length} tokens`,
    expected: `--max_seq_length allows ${max_seq_length}`,
    remedy: 'Raise --max_seq_length, or create shorter instances',
  });
}

function noInstance(files: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `There are no instances in ${files.join(', ')}`,
    remedy: 'Create them with create-pretraining-data',
  });
}
