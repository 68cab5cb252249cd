import { InvalidArgumentError } from '@albert-web/errors';
import type { Tokenizer } from '@albert-web/tokenizer';
import {
  answerQuestions,
  inSlices,
  predictSpans,
  readSquad,
  rowsOfStep,
  squadBatch,
  squadFeatures,
  squadMetrics,
  type SquadExample,
  type SquadFeature,
  type SquadPredictions,
  type Trainer,
} from '@albert-web/training';
import type { Command } from 'commander';
import { loadForTraining, withBestModel, type ModelOfRun } from '../training/best-model.ts';
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
import { checkSomethingToDo, openRun, reportMetrics, startOf } from '../training/open-run.ts';
import { readJsonFile } from '../training/read-text.ts';
import type { RunFolder } from '../training/run-folder.ts';
import { train, trainingFlags } from '../training/train.ts';

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
  num_train_epochs: real('passes over the windows', 3),
  warmup_proportion: real('share of the steps with linear warm-up', 0.1),
  n_best_size: integer('answers in nbest_predictions.json', 20, 1),
  max_answer_length: integer('tokens of the longest answer', 30, 1),
  version_2_with_negative: toggle('questions may have no answer; on by itself where --predict_file has such', false),
  null_score_diff_threshold: real('"no answer" wins where its score is greater by more than this', 0),
  start_n_top: refused(oneHead, ['5', '1']),
  end_n_top: refused(oneHead, ['5', '1']),
  dropout_prob: ignored('dropout is that of config.json'),
  use_einsum: ignored('it changes no result'),
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
  const { folder, run } = await openRun(flags, 'question_answering');
  const asked = flags.do_predict ? await readQuestions(run.source.tokenizer, flags, 'predict_file') : undefined;
  if (flags.do_train) await trainSquad(flags, folder, run, asked);
  if (asked) await predictSquad(flags, folder, run, asked);
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

/** A file's questions with their windows. */
interface Questions {
  readonly examples: readonly SquadExample[];
  readonly features: readonly SquadFeature[];
}

async function readQuestions(
  tokenizer: Tokenizer,
  flags: Flags,
  name: 'train_file' | 'predict_file',
): Promise<Questions> {
  const file = required(flags[name], name);
  const examples = readSquad(await readJsonFile(file), file);
  const { max_seq_length: maxSeqLength, doc_stride: docStride, max_query_length: maxQueryLength } = flags;
  const lengths = { maxSeqLength, docStride, maxQueryLength };
  return {
    examples,
    features: examples.flatMap((example, index) => squadFeatures(tokenizer, example, index, lengths)),
  };
}

async function trainSquad(
  flags: Flags,
  folder: RunFolder,
  run: ModelOfRun,
  asked: Questions | undefined,
): Promise<void> {
  const { features } = await readQuestions(run.source.tokenizer, flags, 'train_file');
  const steps = Math.max(1, Math.floor((features.length / flags.train_batch_size) * flags.num_train_epochs));
  await train(
    {
      folder,
      flags,
      learningRate: flags.learning_rate,
      steps,
      warmupSteps: Math.floor(steps * flags.warmup_proportion),
      identity: {
        command: 'run-squad',
        model: startOf(flags),
        max_seq_length: flags.max_seq_length,
        doc_stride: flags.doc_stride,
        max_query_length: flags.max_query_length,
        train_windows: features.length,
      },
      batchesOf: (step, size) => {
        const rows = rowsOfStep(features.length, flags.train_batch_size, step, flags.random_seed);
        const chosen = rows.map((row) => features[row] as SquadFeature);
        return inSlices(chosen, size).map(squadBatch);
      },
      evaluate:
        asked && (async (trainer) => squadMetrics(asked.examples, (await answer(flags, trainer, asked)).predictions)),
      keyMetric: 'f1',
      tokenizerFiles: run.source.tokenizerFiles,
    },
    (checkpoint) => loadForTraining(run, checkpoint),
  );
}

/** Writes `predictions.json`, `nbest_predictions.json`, with SQuAD 2.0 `null_odds.json`, and prints the scores. */
async function predictSquad(flags: Flags, folder: RunFolder, run: ModelOfRun, asked: Questions): Promise<void> {
  const { predictions, nBest, nullOdds } = await withBestModel(run, folder, (trainer) => answer(flags, trainer, asked));
  const write = (name: string, value: unknown): Promise<void> =>
    folder.writeText(name, `${JSON.stringify(value, null, 4)}\n`);
  await write('predictions.json', predictions);
  await write('nbest_predictions.json', nBest);
  if (isVersion2(flags, asked.examples)) await write('null_odds.json', nullOdds);
  await reportMetrics(folder, 'predict_results.txt', squadMetrics(asked.examples, predictions));
}

async function answer(flags: Flags, trainer: Trainer, { examples, features }: Questions): Promise<SquadPredictions> {
  const logits = await predictSpans(trainer, features, flags.predict_batch_size);
  return answerQuestions(examples, features, logits, {
    nBestSize: flags.n_best_size,
    maxAnswerLength: flags.max_answer_length,
    ...(isVersion2(flags, examples) && { nullThreshold: flags.null_score_diff_threshold }),
  });
}

function isVersion2(flags: Flags, examples: readonly SquadExample[]): boolean {
  return flags.version_2_with_negative || examples.some(({ answers }) => answers.length === 0);
}
