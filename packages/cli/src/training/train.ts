/** The loop every training command has: resume, train with a progress bar, save, evaluate, keep the best. */
import type { AlbertModel } from '@albert-web/core';
import {
  bestOf,
  restoreTrainingState,
  run,
  Trainer,
  writeModelFiles,
  writeTrainingState,
  type Evaluation,
  type FolderFiles,
  type Freeze,
  type Metrics,
  type OptimizerName,
  type TrainingBatch,
} from '@albert-web/training';
import cliProgress from 'cli-progress';
import { choice, ignored, integer, real, refused, type FlagValues } from './flags.ts';
import type { RunFolder, RunIdentity } from './run-folder.ts';
import { TrainingLog } from './training-log.ts';

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
  readonly flags: TrainingFlags;
  readonly learningRate: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly power?: number;
  readonly startWarmupStep?: number;
  /** What the weights depend on besides the flags of the loop: task, model, lengths. */
  readonly identity: RunIdentity;
  /** The rows of a step, made into batches of at most `size` rows. */
  readonly batchesOf: (step: number, size: number) => TrainingBatch[] | Promise<TrainingBatch[]>;
  /** Called once, with the steps already done, before the first batch is asked for. */
  readonly onStart?: (stepsDone: number) => Promise<void>;
  readonly evaluate?: ((trainer: Trainer) => Promise<Metrics>) | undefined;
  readonly keyMetric: string;
  readonly tokenizerFiles: FolderFiles;
}

/** The bookkeeping a checkpoint keeps beside the moments. */
interface RunRecord {
  readonly evaluations: readonly Evaluation[];
}

const stateFiles = ['optimizer.safetensors', 'trainer_state.json'];

/**
 * Trains, from the folder's last checkpoint where it has one. Afterwards `checkpoint-best` is the best model (the last
 * one, when none was evaluated).
 *
 * @param loadModel loads the model from a checkpoint's files, or from the start weights.
 * @throws RunFolderError, DivergedError
 */
export async function train(
  job: TrainingJob,
  loadModel: (checkpoint: FolderFiles | undefined) => Promise<AlbertModel>,
): Promise<void> {
  const { folder, flags } = job;
  await folder.claim(identityOf(job));
  const last = (await folder.checkpoints()).at(-1);
  const files = last === undefined ? undefined : await folder.readCheckpoint(last);
  const model = await loadModel(files);
  const trainer = await Trainer.create(model, {
    schedule: {
      learningRate: job.learningRate,
      steps: job.steps,
      warmupSteps: job.warmupSteps,
      ...(job.power !== undefined && { power: job.power }),
      ...(job.startWarmupStep !== undefined && { startWarmupStep: job.startWarmupStep }),
    },
    optimizer: flags.optimizer satisfies OptimizerName,
    seed: flags.random_seed,
    freeze: flags.freeze satisfies Freeze,
    clipNorm: flags.clip_norm,
  });
  const evaluations = files ? restoreTrainingState<RunRecord>(trainer, files).record.evaluations : [];
  await job.onStart?.(trainer.step);
  if (last !== undefined) console.log(`Resuming after step ${last} of ${job.steps}`);
  try {
    await trainToEnd(job, trainer, evaluations);
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

async function trainToEnd(job: TrainingJob, trainer: Trainer, earlier: readonly Evaluation[]): Promise<void> {
  const { folder, flags, evaluate } = job;
  const log = await TrainingLog.open(folder, trainer.step);
  // The run may have been killed between its checkpoint and the files that tell of it.
  if (earlier.length > 0) {
    await writeResults(job, earlier);
    await log.drawCurve(earlier);
  }
  const partSize = Math.ceil(flags.train_batch_size / flags.gradient_accumulation_steps);
  let evaluations = earlier;
  const bar = startBar(job.steps, trainer.step);
  try {
    for await (const event of run(trainer, {
      steps: job.steps,
      batchesOf: (step) => job.batchesOf(step, partSize),
      saveEvery: flags.save_checkpoints_steps,
      evaluate: evaluate && (() => evaluate(trainer)),
      keyMetric: job.keyMetric,
      patience: flags.early_stopping_patience,
      evaluations: earlier,
    })) {
      if (event.type === 'step') {
        const { type: _, ...report } = event;
        await log.step(report);
        bar.update(report.step, report.loss);
        continue;
      }
      evaluations = event.evaluations;
      await saveCheckpoint(job, trainer, evaluations);
      const latest = evaluations.at(-1);
      if (latest?.step === event.step) {
        await log.evaluation(latest);
        bar.note(describe(latest));
      }
      await log.drawCurve(evaluations);
    }
  } finally {
    bar.stop();
  }
  const best = bestOf(evaluations)?.step ?? trainer.step;
  await folder.publishBest(best, stateFiles);
}

async function saveCheckpoint(job: TrainingJob, trainer: Trainer, evaluations: readonly Evaluation[]): Promise<void> {
  const { folder } = job;
  const record: RunRecord = { evaluations };
  const [model, state] = [await writeModelFiles(trainer.model), await writeTrainingState(trainer, record)];
  await folder.saveCheckpoint(trainer.step, new Map([...job.tokenizerFiles, ...model, ...state]));
  if (job.evaluate) await writeResults(job, evaluations);
  const best = bestOf(evaluations)?.step ?? trainer.step;
  await folder.keepOnly([trainer.step, best]);
  // At once: a run that is killed or diverges has its best model all the same.
  if (best === trainer.step) await folder.publishBest(best, stateFiles);
}

async function writeResults({ folder, keyMetric }: TrainingJob, evaluations: readonly Evaluation[]): Promise<void> {
  await folder.writeText('eval_results.txt', evalResults(evaluations, keyMetric));
  await folder.writeText('best_trial.txt', bestTrial(evaluations, keyMetric));
}

/** The original's `eval_results.txt`: a block for each evaluated checkpoint, `best` as it was before it. */
export function evalResults(evaluations: readonly Evaluation[], key: string): string {
  let best = -1;
  const blocks = evaluations.map(({ step, metrics, best: isBest }) => {
    const values: Record<string, number> = { ...metrics, global_step: step };
    const lines = Object.keys(values)
      .sort()
      .map((name) => `${name} = ${values[name]}`);
    const block = [...lines, `best = ${best}`, '='.repeat(50), ''].join('\n');
    if (isBest) best = metrics[key] ?? best;
    return block;
  });
  return blocks.join('');
}

/** The original's `best_trial.txt`: `last step:best step:best value`. */
export function bestTrial(evaluations: readonly Evaluation[], key: string): string {
  const best = bestOf(evaluations);
  return `${evaluations.at(-1)?.step ?? -1}:${best?.step ?? -1}:${best?.metrics[key] ?? -1}`;
}

function identityOf({ flags, identity, learningRate, steps, warmupSteps, power = 1 }: TrainingJob): RunIdentity {
  const { train_batch_size, optimizer, random_seed, gradient_accumulation_steps, freeze, clip_norm } = flags;
  return {
    ...identity,
    learning_rate: learningRate,
    train_step: steps,
    warmup_step: warmupSteps,
    power,
    train_batch_size,
    optimizer,
    random_seed,
    gradient_accumulation_steps,
    freeze,
    clip_norm,
  };
}

function describe({ step, metrics, best }: Evaluation): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return `step ${step}: ${values.join(', ')}${best ? ' (best so far)' : ''}`;
}

/** A progress bar on a terminal, a line now and then elsewhere. */
interface Bar {
  update(step: number, loss: number): void;
  note(text: string): void;
  stop(): void;
}

function startBar(steps: number, from: number): Bar {
  const started = performance.now();
  let mean: number | undefined;
  const rate = (step: number): number => (step - from) / ((performance.now() - started) / 1000);
  const smooth = (loss: number): number => (mean = mean === undefined ? loss : 0.95 * mean + 0.05 * loss);
  if (!process.stderr.isTTY) {
    return {
      update(step, loss) {
        const average = smooth(loss).toFixed(4);
        if (step % 10 === 0 || step === steps) {
          console.log(`step ${step}/${steps} loss ${average} ${rate(step).toFixed(2)} steps/s`);
        }
      },
      note: (text) => console.log(text),
      stop: () => undefined,
    };
  }
  const format = 'training [{bar}] {value}/{total} | loss {loss} | {rate} steps/s | {left} left';
  const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.legacy);
  const payload = (step: number, loss: string): Record<string, string> => ({
    loss,
    rate: step > from ? rate(step).toFixed(2) : '-',
    left: step > from ? duration((steps - step) / rate(step)) : '-',
  });
  bar.start(steps, from, payload(from, '-'));
  return {
    update: (step, loss) => bar.update(step, payload(step, smooth(loss).toFixed(4))),
    note: (text) => process.stderr.write(`\n${text}\n`),
    stop: () => bar.stop(),
  };
}

/** `1:02:03`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const part = (size: number, modulus: number): string => String(Math.floor(whole / size) % modulus).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${part(60, 60)}:${part(1, 60)}`;
}
