import { InvalidArgumentError } from '@albert-web/errors';
import {
  answerQuestions,
  bestNullThreshold,
  isScorable,
  predictSpans,
  readSquad,
  squad2Metrics,
  squadBatch,
  squadFeatures,
  squadMetrics,
  trainableSquad,
  withNullThreshold,
  type Metrics,
  type Predictor,
  type SquadAnswers,
  type SquadData,
  type SquadExample,
  type SquadFeature,
  type SquadTrainingFeature,
} from '@albert-web/training';
import type { Command } from 'commander';
import { withBestModel, type ModelOfRun } from '../training/best-model.ts';
import {
  addFlags,
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
import { modelFlags } from '../training/model.ts';
import { digestOfRows } from '../training/run/digest.ts';
import { checkSomethingToDo, openRun } from '../training/run/open-run.ts';
import { readWholeText } from '../training/read-text.ts';
import { historyOf } from '../training/results.ts';
import type { RunFolder } from '../training/run/folder.ts';
import { train } from '../training/train.ts';
import { batchesOfRows, trainingFlags } from '../training/training-job.ts';
import { finalSquadResults, squadResults } from '../squad/results.ts';

/** The metric that determines the best checkpoint. */
const keyMetric = 'f1';

/** The head is Hugging Face's `AlbertForQuestionAnswering`, so that checkpoints load there. */
const singleHead = 'the head is Hugging Face\'s span head; "no answer" is the span at [CLS]';

/** The flags of google-research/albert `run_squad_v1.py` and `run_squad_v2.py`. */
const flags = {
  train_file: text('SQuAD 1.1 or 2.0 file to train on'),
  predict_file: text('SQuAD file to answer and score'),
  output_dir: text('folder for checkpoints and predictions.json; an existing run is resumed'),
  ...modelFlags,
  train_feature_file: ignored('features are created in memory'),
  predict_feature_file: ignored('features are created in memory'),
  predict_feature_left_file: ignored('features are created in memory'),
  do_lower_case: toggle('lower-case the texts, with --spm_model_file or --vocab_file', true),
  do_train: toggle('train', false),
  do_predict: toggle('answer --predict_file with the best checkpoint', false),
  max_seq_length: integer('maximum tokens of question and window', 384, 32),
  doc_stride: integer('tokens between the starts of windows', 128, 1),
  max_query_length: integer('maximum tokens of a question', 64, 1),
  ...trainingFlags,
  predict_batch_size: integer('windows per prediction batch', 8, 1),
  learning_rate: real('peak learning rate', 5e-5),
  num_train_epochs: real('epochs: the number of steps is this times questions / train_batch_size', 3),
  warmup_proportion: real('fraction of the steps with linear warm-up', 0.1),
  n_best_size: integer('answers in nbest_predictions.json', 20, 1),
  max_answer_length: integer('maximum tokens of an answer', 30, 1),
  version_2_with_negative: toggle('questions may have no answer, as in files of SQuAD 2.0', false),
  null_score_diff_threshold: real(
    '"no answer" wins if its score is higher by more than this (default: the best value for F1 on --predict_file)',
  ),
  start_n_top: refused(singleHead, ['5', '1']),
  end_n_top: refused(singleHead, ['5', '1']),
  dropout_prob: ignored('config.json sets the dropout'),
  use_einsum: ignored('it does not change results'),
  export_dir: refused('there is no TensorFlow here; `albert export` writes ONNX and TensorFlow.js'),
} as const;

type Flags = FlagValues<typeof flags>;

/** `albert run-squad`: fine-tunes on SQuAD 1.1 or 2.0, predicts answers, and scores them. */
export function register(program: Command): void {
  const command = program
    .command('run-squad')
    .description('fine-tune on SQuAD 1.1 or 2.0 and answer, with the flags of run_squad_v1.py and run_squad_v2.py');
  addFlags(command, flags).action((given: Record<string, unknown>) => runSquad(readFlags(flags, given)));
}

async function runSquad(flags: Flags): Promise<void> {
  checkSomethingToDo(flags, ['do_train', 'do_predict']);
  checkRoom(flags);
  const trained = flags.do_train ? await readTrainable(flags) : undefined;
  const asked = flags.do_predict ? await readFile(flags, 'predict_file') : undefined;
  const scorable = asked && isScorable(asked.examples, asked.version2, asked.file);
  const { folder, run } = await openRun(flags, 'question_answering');
  const questions = asked && {
    ...asked,
    features: asked.examples.flatMap((example, index) => windowsOf(flags, run, example, index)),
  };
  if (trained) await trainSquad(flags, folder, run, trained, scorable ? questions : undefined);
  if (questions) await predictSquad(flags, folder, run, questions, scorable === true);
}

/** Checks the lengths. @throws InvalidArgumentError if a long question would leave no room for the passage */
function checkRoom({ max_seq_length, max_query_length }: Flags): void {
  if (max_seq_length > max_query_length + 3) return;
  throw new InvalidArgumentError({
    problem: `--max_seq_length=${max_seq_length} leaves no room for the passage with a question of ${max_query_length} tokens`,
    expected: `Expected more than ${max_query_length + 3}: question, [CLS] and two [SEP]`,
    remedy: 'Raise --max_seq_length or lower --max_query_length',
  });
}

/** The questions of a file. */
interface SquadFile extends SquadData {
  readonly file: string;
}

/** Questions and their windows. */
interface Questions {
  readonly examples: readonly SquadExample[];
  readonly features: readonly SquadFeature[];
  readonly version2: boolean;
}

async function readFile(flags: Flags, name: 'train_file' | 'predict_file'): Promise<SquadFile> {
  const file = required(flags[name], name);
  const { examples, version2 } = readSquad(await readWholeText(file), file);
  return { file, examples, version2: version2 || flags.version_2_with_negative };
}

/** Reads the training questions, and prints how many cannot be used. @throws TrainingDataError if there are none */
async function readTrainable(flags: Flags): Promise<readonly SquadExample[]> {
  const { examples: all, version2, file } = await readFile(flags, 'train_file');
  const { examples, misplaced } = trainableSquad(all, version2, file);
  if (misplaced[0]) {
    const first = JSON.stringify(misplaced[0].id);
    console.log(
      `Skipped ${misplaced.length} of ${all.length} questions whose answer is not at answer_start (${first})`,
    );
  }
  return examples;
}

/** Splits an example into windows. @param index index of the example */
function windowsOf(flags: Flags, run: ModelOfRun, example: SquadExample, index: number): SquadFeature[] {
  const { max_seq_length: maxSeqLength, doc_stride: docStride, max_query_length: maxQueryLength } = flags;
  return squadFeatures(run.source.tokenizer, example, index, { maxSeqLength, docStride, maxQueryLength });
}

async function trainSquad(
  flags: Flags,
  folder: RunFolder,
  run: ModelOfRun,
  examples: readonly SquadExample[],
  scored: Questions | undefined,
): Promise<void> {
  // All windows of SQuAD are kept in memory: without token positions they take a few hundred megabytes.
  const features = examples.flatMap((example, index): SquadTrainingFeature[] =>
    windowsOf(flags, run, example, index).map(({ ids, typeIds, start, end }) => ({ ids, typeIds, start, end })),
  );
  // As in the original, an epoch has as many rows as questions, although a long passage has several windows.
  const steps = Math.max(1, Math.floor((examples.length / flags.train_batch_size) * flags.num_train_epochs));
  await train({
    folder,
    run,
    flags,
    learningRate: flags.learning_rate,
    steps,
    warmupSteps: Math.floor(steps * flags.warmup_proportion),
    identity: {
      command: 'run-squad',
      max_seq_length: flags.max_seq_length,
      doc_stride: flags.doc_stride,
      max_query_length: flags.max_query_length,
      train_windows: features.length,
    },
    trainDataDigest: digestOfRows(examples),
    batchesOf: batchesOfRows(features, flags, squadBatch),
    evaluate: scored && (async (predictor) => scoresOf(scored, await answer(flags, predictor, scored))),
    keyMetric,
    resultsFormat: squadResults,
  });
}

/**
 * Answers with the best checkpoint. Writes `predictions.json` and `nbest_predictions.json`, for SQuAD 2.0 also `null_odds.json`, and
 * if the answers are known, the scores to `eval_results.txt`.
 */
async function predictSquad(
  flags: Flags,
  folder: RunFolder,
  run: ModelOfRun,
  questions: Questions,
  scorable: boolean,
): Promise<void> {
  const answered = await withBestModel(run, folder, (predictor) => answer(flags, predictor, questions));
  const write = (name: string, value: unknown): Promise<void> =>
    folder.writeText(name, `${JSON.stringify(value, null, 4)}\n`);
  await write('predictions.json', answered.predictions);
  await write('nbest_predictions.json', answered.nBest);
  if (questions.version2) await write('null_odds.json', answered.nullOdds);
  if (!scorable) return console.log('The questions have no answers, so predictions.json is not scored');
  const { evaluations, bestStep } = await historyOf(folder);
  const final = finalSquadResults(scoresOf(questions, answered), bestStep);
  process.stdout.write(final);
  await folder.writeText('eval_results.txt', squadResults(evaluations, keyMetric) + final);
}

/** Answers, before and after applying the null threshold of SQuAD 2.0. */
interface Predicted extends SquadAnswers {
  readonly predictions: Readonly<Record<string, string>>;
  readonly threshold: number | undefined;
}

async function answer(flags: Flags, predictor: Predictor, questions: Questions): Promise<Predicted> {
  const { examples, features, version2 } = questions;
  const logits = await predictSpans(predictor, features, flags.predict_batch_size);
  const answers = answerQuestions(examples, features, logits, {
    nBestSize: flags.n_best_size,
    maxAnswerLength: flags.max_answer_length,
    version2,
  });
  const threshold = version2 ? (flags.null_score_diff_threshold ?? bestNullThreshold(examples, answers)) : undefined;
  return { ...answers, threshold, predictions: withNullThreshold(answers, threshold) };
}

/** Computes the scores, with the original's names. */
function scoresOf({ examples }: Questions, answered: Predicted): Metrics {
  const { threshold, predictions } = answered;
  if (threshold === undefined) return squadMetrics(examples, predictions);
  return { ...squad2Metrics(examples, answered), null_score_diff_threshold: threshold };
}
