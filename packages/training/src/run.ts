import * as tf from '@tensorflow/tfjs-core';
import type { AlbertModel } from '@albert-web/core';
import type { StepReport, Trainer } from './trainer.ts';
import type { TrainingBatch } from './targets.ts';

/** Metrics of one evaluation, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** The evaluation of a step. */
export interface Evaluation {
  readonly step: number;
  readonly metrics: Metrics;
  /** Whether its key metric is greater than in every earlier evaluation. */
  readonly best: boolean;
}

/** The plan of a run. */
export interface RunPlan {
  /** Total optimizer steps. */
  readonly steps: number;
  /** Returns the batch of a step, counted from 0, in one or several parts whose gradients are accumulated. */
  readonly batchesOf: (step: number) => readonly TrainingBatch[] | Promise<readonly TrainingBatch[]>;
  /** Steps between checkpoints. Each is evaluated first. The last step is always a checkpoint. */
  readonly saveEvery: number;
  /** Default: checkpoints are not evaluated. */
  readonly evaluate?: (() => Promise<Metrics>) | undefined;
  /** The metric that determines the best checkpoint. */
  readonly keyMetric: string;
  /** Stop after this many evaluations without improvement. Default: never. */
  readonly patience?: number | undefined;
  /** Evaluations from before a resumed run. */
  readonly evaluations?: readonly Evaluation[];
}

/** An event of a run. */
export type RunEvent =
  | ({ readonly type: 'step' } & StepReport)
  /** A checkpoint to save, with all evaluations so far, including its own if there is one. */
  | { readonly type: 'checkpoint'; readonly step: number; readonly evaluations: readonly Evaluation[] };

/**
 * Trains from `trainer.step` to the end of the plan, one event at a time. To pause, do not request the next event; to stop, call
 * `return()`.
 *
 * @throws DivergedError; the last `checkpoint` event is then the last good state
 */
export async function* run(trainer: Trainer, plan: RunPlan): AsyncGenerator<RunEvent, void> {
  const evaluations = [...(plan.evaluations ?? [])];
  while (trainer.step < plan.steps && !outOfPatience(evaluations, plan.patience)) {
    const report = await trainer.trainStep(...(await plan.batchesOf(trainer.step)));
    yield { type: 'step', ...report };
    if (report.step % plan.saveEvery !== 0 && report.step !== plan.steps) continue;
    if (plan.evaluate) {
      const metrics = await plan.evaluate();
      evaluations.push({ step: report.step, metrics, best: isBest(metrics, evaluations, plan.keyMetric) });
    }
    yield { type: 'checkpoint', step: report.step, evaluations: [...evaluations] };
  }
}

/** Returns the best evaluation so far. */
export function bestOf(evaluations: readonly Evaluation[]): Evaluation | undefined {
  return evaluations.findLast(({ best }) => best);
}

/** Whether the key metric is greater than in every earlier evaluation. NaN is never best. */
export function isBest(metrics: Metrics, earlier: readonly Evaluation[], key: string): boolean {
  const value = metrics[key] ?? NaN;
  return !Number.isNaN(value) && earlier.every(({ metrics }) => !((metrics[key] ?? NaN) >= value));
}

function outOfPatience(evaluations: readonly Evaluation[], patience: number | undefined): boolean {
  if (!patience || evaluations.length === 0) return false;
  const last = evaluations.findLastIndex(({ best }) => best);
  return evaluations.length - 1 - last >= patience;
}

/** A copy of a model's parameters, to restore after a run that made it worse. */
export class Snapshot {
  readonly #values: ReadonlyMap<string, Float32Array>;

  private constructor(values: ReadonlyMap<string, Float32Array>) {
    this.#values = values;
  }

  /** Copies the current parameters. */
  static async take(model: AlbertModel): Promise<Snapshot> {
    const values = new Map<string, Float32Array>();
    for (const [name, parameter] of model.parameters) {
      values.set(name, Float32Array.from(await parameter.data()));
    }
    return new Snapshot(values);
  }

  /** Restores the parameters. */
  restore(model: AlbertModel): void {
    for (const [name, parameter] of model.parameters) {
      const values = this.#values.get(name);
      if (values) tf.tidy(() => parameter.assign(tf.tensor(values, parameter.shape)));
    }
  }
}
