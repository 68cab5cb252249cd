/** The loop of every training command: resumes, trains with a progress bar, saves, evaluates, and keeps the best checkpoint. */
import { InvalidArgumentError } from '@albert-web/errors';
import {
  bestOf,
  restoreTrainingState,
  run,
  Trainer,
  writeModelFiles,
  writeTrainingState,
  type Evaluation,
  type Freeze,
  type OptimizerName,
} from '@albert-web/training';
import { loadForTraining } from './best-model.ts';
import { identityOf } from './run/identity.ts';
import { startBar } from './progress-bar.ts';
import { runRecord, writeResults, type RunRecord } from './results.ts';
import { onInterrupt } from '../output/files.ts';
import type { RunFolder } from './run/folder.ts';
import type { TrainingJob } from './training-job.ts';
import { TrainingLog } from './run/training-log.ts';

const stateFiles = ['optimizer.safetensors', 'trainer_state.json'];

/**
 * Trains, resuming from the last checkpoint if there is one. Afterwards `checkpoint-best` is the best model, or the last one if none
 * was evaluated.
 *
 * @throws InvalidArgumentError for patience without evaluations, RunFolderError, DivergedError
 */
export async function train(job: TrainingJob): Promise<void> {
  const { folder, flags } = job;
  checkPatience(job);
  await folder.claim(identityOf(job));
  const last = (await folder.checkpoints()).at(-1);
  const files = last === undefined ? undefined : await folder.readCheckpoint(last);
  const model = await loadForTraining(job.run, files);
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
    threads: flags.threads,
  });
  try {
    const evaluations = files ? restoreTrainingState(trainer, files, runRecord).record.evaluations : [];
    job.onStart?.(trainer.step);
    if (last !== undefined) console.log(`Resuming after step ${last} of ${job.steps}`);
    await trainToEnd(job, trainer, evaluations);
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

/** Checks the flag for early stopping. @throws InvalidArgumentError for patience without evaluations */
function checkPatience({ flags, evaluate }: TrainingJob): void {
  if (evaluate || flags.early_stopping_patience === 0) return;
  throw new InvalidArgumentError({
    problem: `--early_stopping_patience is ${flags.early_stopping_patience}, but checkpoints are not evaluated`,
    remedy: 'Evaluate checkpoints too, or remove the flag',
  });
}

async function trainToEnd(job: TrainingJob, trainer: Trainer, earlier: readonly Evaluation[]): Promise<void> {
  const { folder, flags, evaluate } = job;
  const log = await TrainingLog.open(folder, trainer.step);
  // The run may have been killed after a checkpoint and before its results were written.
  if (trainer.step > 0) await publishBest(folder, trainer, earlier);
  if (earlier.length > 0) {
    await writeResults(folder, earlier, job.keyMetric, job.resultsFormat);
    await log.drawCurve(earlier);
  }
  const partSize = Math.ceil(flags.train_batch_size / flags.gradient_accumulation_steps);
  let evaluations = earlier;
  const bar = startBar(job.steps, trainer.step, log.losses);
  const release = onInterrupt(() => {
    // Restores the cursor of the terminal.
    bar.stop();
    const saved = folder.lastCheckpoint();
    const from = saved !== undefined ? `resume after step ${saved}` : 'start again: no checkpoint has been written yet';
    console.error(`\nInterrupted after step ${trainer.step} of ${job.steps}. Run the same command again to ${from}.`);
  });
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
    release();
  }
  await publishBest(folder, trainer, evaluations);
}

function publishBest(folder: RunFolder, trainer: Trainer, evaluations: readonly Evaluation[]): Promise<void> {
  return folder.publishBest(bestStep(trainer, evaluations), stateFiles);
}

/** Returns the best step, or the last one if none was evaluated. */
function bestStep(trainer: Trainer, evaluations: readonly Evaluation[]): number {
  return bestOf(evaluations)?.step ?? trainer.step;
}

async function saveCheckpoint(job: TrainingJob, trainer: Trainer, evaluations: readonly Evaluation[]): Promise<void> {
  const { folder } = job;
  const record: RunRecord = { evaluations };
  const [model, state] = [await writeModelFiles(trainer.model), await writeTrainingState(trainer, record)];
  await folder.saveCheckpoint(trainer.step, new Map([...job.run.source.tokenizerFiles, ...model, ...state]));
  if (job.evaluate) await writeResults(folder, evaluations, job.keyMetric, job.resultsFormat);
  const best = bestStep(trainer, evaluations);
  await folder.keepOnly([trainer.step, best]);
  // Published immediately, so that a run that is killed or diverges still has its best model.
  if (best === trainer.step) await publishBest(folder, trainer, evaluations);
}

function describe({ step, metrics, best }: Evaluation): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return `step ${step}: ${values.join(', ')}${best ? ' (best so far)' : ''}`;
}
