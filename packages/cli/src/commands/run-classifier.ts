import { join } from 'node:path';
import { headOf, softmax, type AlbertConfig } from '@albert-web/core';
import { hasUnnamedClasses, labelNames, matchLabels } from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';
import {
  argMax,
  checkTrainable,
  classifierBatch,
  classifierFeature,
  classifierMetrics,
  glueTask,
  glueTasks,
  predictClassifier,
  readGlue,
  safeCell,
  TrainingDataError,
  type ClassifierFeature,
  type GlueTask,
  type Metrics,
  type Predictor,
  type Split,
  withLabels,
} from '@albert-web/training';
import type { Command } from 'commander';
import { ClassNamesError } from '../errors.ts';
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
import { withBestModel, type ModelOfRun } from '../training/best-model.ts';
import { RowsDigest } from '../training/run/digest.ts';
import { modelFlags } from '../training/model.ts';
import { checkSomethingToDo, openRun, renamed, reportMetrics, type OpenedRun } from '../training/run/open-run.ts';
import { readText } from '../training/read-text.ts';
import { evaluateBest } from '../training/results.ts';
import { isFolder, type RunFolder } from '../training/run/folder.ts';
import { train } from '../training/train.ts';
import { batchesOfRows, trainingFlags } from '../training/training-job.ts';

/** The flags of google-research/albert `run_classifier.py`. */
const flags = {
  data_dir: text('folder of the task, or the folder with the GLUE folders'),
  task_name: text('CoLA, SST-2, MRPC, STS-B, QQP, MNLI, MISMNLI, QNLI, RTE, WNLI or AX'),
  output_dir: text('folder for checkpoints and results; an existing run is resumed'),
  ...modelFlags,
  cached_dir: ignored('tokenization takes seconds and is not cached'),
  do_lower_case: toggle('lower-case the texts, with --spm_model_file or --vocab_file', true),
  do_train: toggle('train', false),
  do_eval: toggle('evaluate every checkpoint on the dev set', false),
  do_predict: toggle('write test_results.tsv with the best checkpoint', false),
  max_seq_length: integer('maximum tokens of a pair; batches are padded to their longest pair', 512, 8),
  ...trainingFlags,
  eval_batch_size: integer('rows per evaluation batch', 8, 1),
  predict_batch_size: integer('rows per prediction batch', 8, 1),
  learning_rate: real('peak learning rate', 5e-5),
  train_step: integer('training steps', 1000, 1),
  warmup_step: integer('steps of linear warm-up', 0),
} as const;

type Flags = FlagValues<typeof flags>;

/** `albert run-classifier`: fine-tunes on a GLUE task, evaluates, predicts. */
export function register(program: Command): void {
  const command = program
    .command('run-classifier')
    .description('fine-tune, evaluate and predict on a GLUE task, with the flags of run_classifier.py');
  addFlags(command, flags).action((given: Record<string, unknown>) => runClassifier(readFlags(flags, given)));
}

async function runClassifier(flags: Flags): Promise<void> {
  checkSomethingToDo(flags, ['do_train', 'do_eval', 'do_predict']);
  const task = glueTask(required(flags.task_name, 'task_name'));
  let ownOrder: string | undefined;
  const opened = await openRun(flags, 'sequence_classification', (config) => {
    ownOrder = otherOrder(config, task);
    return withLabels(config, task.names);
  });
  // Training changes the meaning of the classes, but without training they must already be the task's.
  if (ownOrder !== undefined && !flags.do_train && !(await isFolder(opened.folder.bestPath)))
    throw orderError(ownOrder, task);
  const job = new ClassifierJob(flags, task, opened);
  if (flags.do_train) await job.train();
  if (flags.do_eval && !flags.do_train) await job.evaluateBest();
  if (flags.do_predict) await job.predict();
}

/** Lists the model's classes if they are the task's in a different order. */
function otherOrder(config: AlbertConfig, { names }: GlueTask): string | undefined {
  if (headOf(config) !== 'sequence_classification' || hasUnnamedClasses(config)) return undefined;
  const indices = names && matchLabels(config, names);
  return indices?.some((index, place) => index !== place) ? labelNames(config).join(', ') : undefined;
}

function orderError(classes: string, { names = [] }: GlueTask): ClassNamesError {
  return new ClassNamesError({
    problem: `The classes of the model are ${classes}`,
    expected: `Expected the order of the original: ${names.join(', ')}`,
    remedy: 'Use `albert evaluate`, which finds classes by their names',
  });
}

/** The steps of a run. */
class ClassifierJob {
  readonly #flags: Flags;
  readonly #task: GlueTask;
  readonly #folder: RunFolder;
  readonly #kind: 'classes' | 'values';
  readonly #run: ModelOfRun;

  constructor(flags: Flags, task: GlueTask, { folder, run }: OpenedRun) {
    this.#flags = flags;
    this.#task = task;
    this.#folder = folder;
    this.#kind = task.labels ? 'classes' : 'values';
    this.#run = run;
  }

  async train(): Promise<void> {
    const flags = this.#flags;
    const { features, digest, file } = await this.#read('train');
    const kind = this.#kind;
    checkTrainable(
      features.map(({ label }) => label),
      kind,
      file,
    );
    const dev = flags.do_eval ? await this.#labeled('dev') : undefined;
    await train({
      folder: this.#folder,
      run: this.#run,
      flags,
      learningRate: flags.learning_rate,
      steps: flags.train_step,
      warmupSteps: flags.warmup_step,
      identity: {
        command: 'run-classifier',
        task_name: Object.keys(glueTasks).find((name) => glueTasks[name] === this.#task) ?? '',
        max_seq_length: flags.max_seq_length,
        train_rows: features.length,
      },
      trainDataDigest: digest,
      batchesOf: batchesOfRows(features, flags, (rows) => classifierBatch(rows, kind)),
      evaluate: dev && ((predictor) => this.#evaluate(predictor, dev)),
      keyMetric: this.#task.keyMetric,
    });
  }

  /** Evaluates the best checkpoint, or the given model if nothing was trained. */
  async evaluateBest(): Promise<void> {
    const dev = await this.#labeled('dev');
    await evaluateBest(this.#run, this.#folder, this.#task.keyMetric, (predictor) => this.#evaluate(predictor, dev));
  }

  /** Writes `test_results.tsv` (probabilities) and `submit_results.tsv` (GLUE's format). */
  async predict(): Promise<void> {
    const { features, ids, labeled, file } = await this.#read('test');
    if (features.length === 0) throw emptyFile(file);
    const logits = await withBestModel(this.#run, this.#folder, (predictor) =>
      predictClassifier(predictor, features, this.#flags.predict_batch_size),
    );
    const rows = logits.map((row) => (this.#kind === 'classes' ? softmax(row) : row));
    const labels = this.#task.labels;
    const submitted = logits.map(
      (row, index) => `${safeCell(ids[index] ?? '')}\t${safeCell(String(labels ? labels[argMax(row)] : row[0]))}\n`,
    );
    await this.#folder.writeText('test_results.tsv', rows.map((row) => `${row.join('\t')}\n`).join(''));
    await this.#folder.writeText('submit_results.tsv', `index\tprediction\n${submitted.join('')}`);
    console.log(`${rows.length} predictions in test_results.tsv and submit_results.tsv`);
    if (!labeled) return;
    // GLUE hides its test labels. If the file has them, report the scores.
    const metrics = classifierMetrics(
      logits,
      features.map(({ label }) => label),
    );
    await reportMetrics(this.#folder, 'test_metrics.txt', renamed(metrics, 'test'));
  }

  async #evaluate(predictor: Predictor, dev: readonly ClassifierFeature[]): Promise<Metrics> {
    const logits = await predictClassifier(predictor, dev, this.#flags.eval_batch_size);
    const labels = dev.map(({ label }) => label);
    return classifierMetrics(logits, labels);
  }

  async #labeled(split: Split): Promise<readonly ClassifierFeature[]> {
    const { features, file } = await this.#read(split);
    if (features.length === 0) throw emptyFile(file);
    return features;
  }

  async #read(split: Split): Promise<ClassifierData> {
    const file = await this.#fileOf(split);
    const { tokenizer } = this.#run.source;
    const features: ClassifierFeature[] = [];
    const ids: string[] = [];
    const digest = new RowsDigest();
    let labeled = true;
    for await (const example of readGlue(this.#task, split, readText(file), file)) {
      features.push(classifierFeature(tokenizer, example, this.#flags.max_seq_length));
      ids.push(example.id);
      digest.add(example);
      if (example.label === undefined) labeled = false;
    }
    return { features, ids, digest: digest.finish(), labeled, file };
  }

  /** Finds the file `data_dir/MRPC/train.tsv`, as in the original, or `data_dir/train.tsv`. */
  async #fileOf(split: Split): Promise<string> {
    const { folder, files } = this.#task;
    const name = files[split];
    if (!name) {
      throw new InvalidArgumentError({
        problem: `The task ${folder} has no ${split} set`,
        remedy: 'Use only --do_predict with it',
      });
    }
    const data = required(this.#flags.data_dir, 'data_dir');
    return (await isFolder(join(data, folder))) ? join(data, folder, name) : join(data, name);
  }
}

/** The rows of a file. */
interface ClassifierData {
  readonly features: readonly ClassifierFeature[];
  /** Each row's id in GLUE's submission format. */
  readonly ids: readonly string[];
  /** Digest of the rows as text. */
  readonly digest: string;
  readonly labeled: boolean;
  readonly file: string;
}

function emptyFile(file: string): TrainingDataError {
  return new TrainingDataError({ problem: `${file} contains no examples`, remedy: 'Provide a file with rows' });
}
