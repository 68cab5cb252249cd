/** What a training command tells the loop, by its flags and by itself. */
import { inSlices, rowsOfStep, type Metrics, type Predictor, type TrainingBatch } from '@albert-web/training';
import type { ModelOfRun } from './best-model.ts';
import { choice, ignored, integer, real, refused, type FlagValues } from './flags.ts';
import type { ResultsFormat } from './results.ts';
import type { RunFolder } from './run/folder.ts';
import type { RunIdentity } from './run/run-json.ts';

/** The flags every training command has; each command adds its own step counts and learning rate. */
export const trainingFlags = {
  train_batch_size: integer('rows of a training batch', 32, 1),
  save_checkpoints_steps: integer('steps between checkpoints, each evaluated', 1000, 1),
  keep_checkpoint_max: ignored('the last checkpoint and the best are kept'),
  iterations_per_loop: ignored('a setting of TPUs'),
  num_tpu_cores: ignored('a setting of TPUs'),
  use_tpu: refused('there are no TPUs here'),
  tpu_name: refused('there are no TPUs here'),
  tpu_zone: refused('there are no TPUs here'),
  gcp_project: refused('there are no TPUs here'),
  master: refused('there is no TensorFlow here'),
  optimizer: choice('update rule', ['adamw', 'lamb'], 'adamw'),
  random_seed: integer('of drawn weights, data order and dropout', 12345),
  gradient_accumulation_steps: integer('parts a batch is computed in, to save memory', 1, 1),
  freeze: choice('parts that are not trained', ['nothing', 'embeddings', 'all_but_head'], 'nothing'),
  early_stopping_patience: integer('evaluations without a better one before training stops; 0: never', 0),
  clip_norm: real('greatest global norm of the gradients', 1),
  backend: choice('where to compute', ['wasm', 'cpu'], 'wasm'),
} as const;

/** Values of `trainingFlags`. */
export type TrainingFlags = FlagValues<typeof trainingFlags>;

/** What a command gives to the loop. */
export interface TrainingJob {
  readonly folder: RunFolder;
  readonly run: ModelOfRun;
  readonly flags: TrainingFlags;
  readonly learningRate: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly power?: number;
  readonly startWarmupStep?: number;
  /** What the weights depend on besides the model, the data and the flags of the loop: task, lengths. */
  readonly identity: RunIdentity;
  /** Digest of the rows that are trained on. */
  readonly trainDataDigest: string;
  /** The rows of a step, made into batches of at most `size` rows. */
  readonly batchesOf: (step: number, size: number) => TrainingBatch[] | Promise<TrainingBatch[]>;
  /** Called once, with the steps already done, before the first batch is asked for. */
  readonly onStart?: (stepsDone: number) => void;
  readonly evaluate?: ((predictor: Predictor) => Promise<Metrics>) | undefined;
  readonly keyMetric: string;
  /** Default: that of `run_classifier.py`. */
  readonly resultsFormat?: ResultsFormat;
}

/** Rows that are all there, in the order that `--random_seed` gives them, as `TrainingJob.batchesOf` wants them. */
export function batchesOfRows<Row>(
  all: readonly Row[],
  { train_batch_size, random_seed }: Pick<TrainingFlags, 'train_batch_size' | 'random_seed'>,
  batchOf: (rows: readonly Row[]) => TrainingBatch,
): TrainingJob['batchesOf'] {
  return (step, size) => {
    const chosen = rowsOfStep(all.length, train_batch_size, step, random_seed).map((row) => all[row] as Row);
    return inSlices(chosen, size).map(batchOf);
  };
}
