import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError } from '@albert-web/errors';
import type { Tokenizer } from '@albert-web/tokenizer';
import {
  accuracy,
  argMax,
  bestOf,
  checkTrainable,
  meanCrossEntropy,
  predictChoices,
  raceBatch,
  raceFeature,
  readRace,
  type Metrics,
  type RaceExample,
  type Predictor,
  type RaceFeature,
} from '@albert-web/training';
import type { Command } from 'commander';
import { withBestModel, type ModelOfRun } from '../training/best-model.ts';
import {
  addFlags,
  ignored,
  integer,
  readFlags,
  real,
  required,
  text,
  toggle,
  type FlagValues,
} from '../training/flags.ts';
import { modelFlags } from '../training/model.ts';
import { digestOfRows } from '../training/run/digest.ts';
import { checkSomethingToDo, openRun } from '../training/run/open-run.ts';
import { readWholeText } from '../training/read-text.ts';
import { evaluateBest, historyOf, linesOf } from '../training/results.ts';
import { isFolder, type RunFolder } from '../training/run/folder.ts';
import { train } from '../training/train.ts';
import { batchesOfRows, trainingFlags } from '../training/training-job.ts';

/** The metric that determines the best checkpoint. */
const keyMetric = 'eval_accuracy';

/** The flags of google-research/albert `run_race.py`. */
const flags = {
  data_dir: text('the RACE folder with train/, dev/ and test/, or its parent'),
  output_dir: text('folder for checkpoints and results; an existing run is resumed'),
  ...modelFlags,
  task_name: ignored('the task is RACE'),
  train_file: ignored('features are created in memory'),
  eval_file: ignored('features are created in memory'),
  predict_file: ignored('features are created in memory'),
  dropout_prob: ignored('config.json sets the dropout'),
  num_keep_checkpoint: ignored('the last and the best checkpoint are kept'),
  cached_dir: ignored('tokenization takes seconds and is not cached'),
  do_lower_case: toggle('lower-case the texts, with --spm_model_file or --vocab_file', true),
  do_train: toggle('train', true),
  do_eval: toggle('evaluate every checkpoint on dev; without --do_train, the best one', true),
  do_predict: toggle('score the best checkpoint on test', false),
  high_only: toggle('high school passages only', false),
  middle_only: toggle('middle school passages only', false),
  max_seq_length: integer('maximum tokens of passage, question and option', 512, 32),
  max_qa_length: integer('maximum tokens of question and option', 128, 4),
  ...trainingFlags,
  save_checkpoints_steps: integer('steps between checkpoints, each evaluated', 100, 1),
  eval_batch_size: integer('questions per evaluation batch', 8, 1),
  predict_batch_size: integer('questions per prediction batch', 8, 1),
  learning_rate: real('peak learning rate', 1e-5),
  train_step: integer('training steps', 12000, 1),
  warmup_step: integer('steps of linear warm-up', 1000),
} as const;

type Flags = FlagValues<typeof flags>;

/** `albert run-race`: fine-tunes on four-way multiple choice, and evaluates. */
export function register(program: Command): void {
  const command = program
    .command('run-race')
    .description('fine-tune and evaluate on RACE, with the flags of run_race.py');
  addFlags(command, flags).action((given: Record<string, unknown>) => runRace(readFlags(flags, given)));
}

async function runRace(flags: Flags): Promise<void> {
  checkSomethingToDo(flags, ['do_train', 'do_eval', 'do_predict']);
  checkLevels(flags);
  const { folder, run } = await openRun(flags, 'multiple_choice');
  if (flags.do_train) await trainRace(flags, folder, run);
  if (flags.do_eval && !flags.do_train) await evaluateRace(flags, folder, run);
  if (flags.do_predict) await predictRace(flags, folder, run);
}

/** Checks the level flags. @throws InvalidArgumentError if they exclude each other */
function checkLevels(flags: Flags): void {
  if (levels(flags).length > 0) return;
  throw new InvalidArgumentError({
    problem: '--high_only and --middle_only together select no passages',
    remedy: 'Set only one of them, or neither for all passages',
  });
}

async function trainRace(flags: Flags, folder: RunFolder, run: ModelOfRun): Promise<void> {
  const { tokenizer } = run.source;
  const { examples, features } = await readSplit(flags, tokenizer, 'train');
  checkTrainable(
    features.map(({ answer }) => answer),
    'classes',
    join(flags.data_dir ?? '', 'train'),
  );
  const dev = flags.do_eval ? await readSplit(flags, tokenizer, 'dev') : undefined;
  await train({
    folder,
    run,
    flags,
    learningRate: flags.learning_rate,
    steps: flags.train_step,
    warmupSteps: flags.warmup_step,
    identity: {
      command: 'run-race',
      levels: levels(flags).join('+'),
      max_seq_length: flags.max_seq_length,
      max_qa_length: flags.max_qa_length,
      train_rows: features.length,
    },
    trainDataDigest: digestOfRows(examples),
    batchesOf: batchesOfRows(features, flags, raceBatch),
    evaluate: dev && ((predictor) => score(predictor, dev, flags.eval_batch_size)),
    keyMetric,
  });
}

/** Scores the best checkpoint, or the given model, on dev. */
async function evaluateRace(flags: Flags, folder: RunFolder, run: ModelOfRun): Promise<void> {
  const dev = await readSplit(flags, run.source.tokenizer, 'dev');
  await evaluateBest(run, folder, keyMetric, (predictor) => score(predictor, dev, flags.eval_batch_size));
}

/** Scores the same model on test. As in the original, `predict_results.txt` also has the best score on dev. */
async function predictRace(flags: Flags, folder: RunFolder, run: ModelOfRun): Promise<void> {
  const test = await readSplit(flags, run.source.tokenizer, 'test');
  const metrics = await withBestModel(run, folder, (predictor) => score(predictor, test, flags.predict_batch_size));
  const { evaluations, bestStep } = await historyOf(folder);
  const best = bestOf(evaluations)?.metrics[keyMetric] ?? -1;
  const lines = `${linesOf({ ...metrics, global_step: bestStep })}best = ${best}\n`;
  process.stdout.write(lines);
  await folder.writeText('predict_results.txt', `***** Predict results *****\n${lines}`);
}

/** Computes the accuracy, overall and by level, and the mean loss. */
async function score(predictor: Predictor, { examples, features }: RaceData, batchSize: number): Promise<Metrics> {
  const logits = await predictChoices(predictor, features, batchSize);
  const predictions = logits.map(argMax);
  const answers = features.map(({ answer }) => answer);
  const byLevel = allLevels.flatMap((level) => {
    const own = [...examples.keys()].filter((index) => examples[index]?.id.startsWith(`${level}/`));
    const pick = (values: readonly number[]): number[] => own.map((index) => values[index] ?? -1);
    return own.length > 0 ? [[`eval_accuracy_${level}`, accuracy(pick(predictions), pick(answers))] as const] : [];
  });
  return {
    eval_accuracy: accuracy(predictions, answers),
    ...Object.fromEntries(byLevel),
    eval_loss: meanCrossEntropy(logits, answers),
  };
}

/** The questions of a split, with their sequences. */
interface RaceData {
  readonly examples: readonly RaceExample[];
  readonly features: readonly RaceFeature[];
}

async function readSplit(flags: Flags, tokenizer: Tokenizer, split: 'train' | 'dev' | 'test'): Promise<RaceData> {
  const given = required(flags.data_dir, 'data_dir');
  // The original expects RACE/train, as in the archive.
  const data = (await isFolder(join(given, 'RACE'))) ? join(given, 'RACE') : given;
  const examples: RaceExample[] = [];
  for (const level of levels(flags)) {
    const folder = join(data, split, level);
    if (!(await isFolder(folder))) continue;
    const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();
    for (const name of names) {
      examples.push(...readRace(await readWholeText(join(folder, name)), `${level}/${name}`));
    }
  }
  if (examples.length === 0) {
    throw new InvalidArgumentError({
      problem: `There are no questions in ${join(data, split)}`,
      expected: `Expected ${levels(flags)
        .map((level) => `${level}/*.txt`)
        .join(' and ')} in it`,
      remedy: 'Check --data_dir',
    });
  }
  const { max_seq_length: maxSeqLength, max_qa_length: maxQaLength } = flags;
  return {
    examples,
    features: examples.map((example) => raceFeature(tokenizer, example, { maxSeqLength, maxQaLength })),
  };
}

const allLevels = ['middle', 'high'] as const;

function levels({ high_only, middle_only }: Flags): readonly string[] {
  return allLevels.filter((level) => (level === 'middle' ? !high_only : !middle_only));
}
