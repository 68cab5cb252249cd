/** The flags and the job that a training command passes to the loop. */
import { inSlices, rowsOfStep, type Metrics, type Predictor, type TrainingBatch } from '@albert-web/training';
import type { ModelOfRun } from './best-model.ts';
import { choice, ignored, integer, real, refused, type FlagValues } from './flags.ts';
import type { ResultsFormat } from './results.ts';
import type { RunFolder } from './run/folder.ts';
import type { RunIdentity } from './run/run-json.ts';

/** The flags of every training command. Each command adds its own numbers of steps and learning rate. */
export const trainingFlags = {
  train_batch_size: integer('rows per training batch', 32, 1),
  save_checkpoints_steps: integer('steps between checkpoints, each evaluated', 1000, 1),
  keep_checkpoint_max: ignored('the last and the best checkpoint are kept'),
  iterations_per_loop: ignored('only for TPUs'),
  num_tpu_cores: ignored('only for TPUs'),
  use_tpu: refused('TPUs are not supported'),
  tpu_name: refused('TPUs are not supported'),
  tpu_zone: refused('TPUs are not supported'),
  gcp_project: refused('TPUs are not supported'),
  master: refused('there is no TensorFlow here'),
  optimizer: choice('optimizer', ['adamw', 'lamb'], 'adamw'),
  random_seed: integer('seed of initial weights, data order and dropout', 12345),
  gradient_accumulation_steps: integer('number of parts to compute a batch in, to save memory', 1, 1),
  freeze: choice('parts to freeze', ['nothing', 'embeddings', 'all_but_head'], 'nothing'),
  early_stopping_patience: integer('stop after this many evaluations without improvement; 0: never', 0),
  clip_norm: real('maximum global norm of the gradients', 1),
  backend: choice('backend to use', ['wasm', 'cpu'], 'wasm'),
  threads: integer('WASM threads; results do not depend on it (default: one per processor, up to 4)', undefined, 1),
} as const;

/** Values of `trainingFlags`. */
export type TrainingFlags = FlagValues<typeof trainingFlags>;

/** The job of a training command. */
export interface TrainingJob {
  readonly folder: RunFolder;
  readonly run: ModelOfRun;
  readonly flags: TrainingFlags;
  readonly learningRate: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly power?: number;
  readonly startWarmupStep?: number;
  /** Settings that determine the weights besides the model, the data and the loop's flags: task, lengths. */
  readonly identity: RunIdentity;
  /** Digest of the training rows. */
  readonly trainDataDigest: string;
  /** Returns the rows of a step, in batches of at most `size` rows. */
  readonly batchesOf: (step: number, size: number) => TrainingBatch[] | Promise<TrainingBatch[]>;
  /** Called once before the first batch, with the number of completed steps. */
  readonly onStart?: (stepsDone: number) => void;
  readonly evaluate?: ((predictor: Predictor) => Promise<Metrics>) | undefined;
  readonly keyMetric: string;
  /** Default: that of `run_classifier.py`. */
  readonly resultsFormat?: ResultsFormat;
}

/** Implements `TrainingJob.batchesOf` for rows in memory, in the order given by `--random_seed`. */
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
