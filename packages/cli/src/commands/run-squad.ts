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

/** Says which checkpoint is best. */
const keyMetric = 'f1';

/** The head here is Hugging Face's `AlbertForQuestionAnswering`, so that checkpoints load there. */
const oneHead = 'the head is Hugging Face\'s span head; "no answer" is the span at [CLS]';

/** google-research/albert `run_squad_v1.py` and `run_squad_v2.py`. */
const flags = {
  train_file: text('SQuAD 1.1 or 2.0 file to train on'),
  predict_file: text('SQuAD file to answer and score'),
  output_dir: text('where checkpoints and predictions.json go; a run there is resumed'),
  ...modelFlags,
  train_feature_file: ignored('features are made in memory'),
  predict_feature_file: ignored('features are made in memory'),
  predict_feature_left_file: ignored('features are made in memory'),
  do_lower_case: toggle('lower-case the texts, with --spm_model_file or --vocab_file', true),
  do_train: toggle('train', false),
  do_predict: toggle('answer --predict_file with the best checkpoint', false),
  max_seq_length: integer('tokens of question and window', 384, 32),
  doc_stride: integer('tokens between the starts of windows', 128, 1),
  max_query_length: integer('tokens of a question; longer ones are cut', 64, 1),
  ...trainingFlags,
  predict_batch_size: integer('windows of a prediction batch', 8, 1),
  learning_rate: real('highest learning rate', 5e-5),
  num_train_epochs: real('steps are so many times questions / train_batch_size', 3),
  warmup_proportion: real('share of the steps with linear warm-up', 0.1),
  n_best_size: integer('answers in nbest_predictions.json', 20, 1),
  max_answer_length: integer('tokens of the longest answer', 30, 1),
  version_2_with_negative: toggle('questions may have no answer, as those of a file that says it is SQuAD 2.0', false),
  null_score_diff_threshold: real(
    '"no answer" wins where its score is greater by more than this; without: what is best for F1 on --predict_file',
  ),
  start_n_top: refused(oneHead, ['5', '1']),
  end_n_top: refused(oneHead, ['5', '1']),
  dropout_prob: ignored('dropout is that of config.json'),
  use_einsum: ignored('it changes no result'),
  export_dir: refused('there is no TensorFlow here; `albert export` writes ONNX and TensorFlow.js'),
} as const;

type Flags = FlagValues<typeof flags>;

/** `albert run-squad`: fine-tune on SQuAD 1.1 or 2.0, answer, score. */
export function register(program: Command): void {
  const command = program
    .command('run-squad')
    .description('fine-tune and answer SQuAD 1.1 or 2.0; flags are those of run_squad_v1.py and run_squad_v2.py');
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

/** @throws InvalidArgumentError when a long question would leave no room for the passage. */
function checkRoom({ max_seq_length, max_query_length }: Flags): void {
  if (max_seq_length > max_query_length + 3) return;
  throw new InvalidArgumentError({
    problem: `--max_seq_length=${max_seq_length} leaves no room for the passage beside a question of ${max_query_length} tokens`,
    expected: `Expected more than ${max_query_length + 3}: question, [CLS] and two [SEP]`,
    remedy: 'Give a greater --max_seq_length or a smaller --max_query_length',
  });
}

/** A file's questions. */
interface SquadFile extends SquadData {
  readonly file: string;
}

/** Questions with their windows. */
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

/** The questions to train on; says how many are of no use. @throws TrainingDataError when none is. */
async function readTrainable(flags: Flags): Promise<readonly SquadExample[]> {
  const { examples: all, version2, file } = await readFile(flags, 'train_file');
  const { examples, misplaced } = trainableSquad(all, version2, file);
  if (misplaced[0]) {
    const first = JSON.stringify(misplaced[0].id);
    console.log(
      `Left out: ${misplaced.length} of ${all.length} questions, whose answer is not at answer_start (${first})`,
    );
  }
  return examples;
}

/** The windows of an example. @param index of the example. */
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
  // All of SQuAD's windows are kept at once: without the places of their tokens they take a few hundred megabytes.
  const features = examples.flatMap((example, index): SquadTrainingFeature[] =>
    windowsOf(flags, run, example, index).map(({ ids, typeIds, start, end }) => ({ ids, typeIds, start, end })),
  );
  // As the original counts: an epoch is as many rows as there are questions, though a long passage makes several.
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
 * Answers with the best checkpoint: writes `predictions.json`, `nbest_predictions.json`, with SQuAD 2.0 `null_odds.json`, and,
 * where answers are known, the scores into `eval_results.txt`.
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
  if (!scorable) return console.log('The questions have no answers to score predictions.json by');
  const { evaluations, bestStep } = await historyOf(folder);
  const final = finalSquadResults(scoresOf(questions, answered), bestStep);
  process.stdout.write(final);
  await folder.writeText('eval_results.txt', squadResults(evaluations, keyMetric) + final);
}

/** Answers, and what becomes of them with a null threshold; none with SQuAD 1.1. */
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

/** Under the names that the original writes. */
function scoresOf({ examples }: Questions, answered: Predicted): Metrics {
  const { threshold, predictions } = answered;
  if (threshold === undefined) return squadMetrics(examples, predictions);
  return { ...squad2Metrics(examples, answered), null_score_diff_threshold: threshold };
}
