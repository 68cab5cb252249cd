import * as tf from '@tensorflow/tfjs-core';
import type { AlbertModel, ParameterMap } from '@albert-web/core';
import { registerGradients } from '@albert-web/core';
import { DropoutKeys } from './dropout.ts';
import { WasmKernels } from './encoder/wasm-kernels.ts';
import { DivergedError } from './errors.ts';
import { applyTrainingHead, runEncoder, runModel } from './forward.ts';
import { registerRowGather } from './kernels/row-gather.ts';
import { registerTransposedMatMul } from './kernels/transposed-matmul.ts';
import { registerUnsortedSegmentSum } from './kernels/unsorted-segment-sum.ts';
import { lossOf } from './losses.ts';
import { clippingScale, globalNorm, Optimizer, type Gradients, type OptimizerName } from './optimizer/optimizer.ts';
import { checkSchedule, learningRateAt, type Schedule } from './optimizer/schedule.ts';
import type { Predictor } from './predictor.ts';
import type { TrainingBatch } from './targets.ts';

/** What to freeze: nothing, the three embedding tables and their LayerNorm, or everything but the head. */
export type Freeze = 'nothing' | 'embeddings' | 'all_but_head';

/** Settings of a run. */
export interface TrainerOptions {
  readonly schedule: Schedule;
  /** Default `adamw`. */
  readonly optimizer?: OptimizerName;
  /** Maximum global norm of the gradients. Default 1, as in the original. */
  readonly clipNorm?: number;
  /** Seed for dropout. Default 0. */
  readonly seed?: number;
  /** Default `nothing`. */
  readonly freeze?: Freeze;
  /** Default `true`. If `false`, core's plain encoder is used even on WASM, for comparison. */
  readonly fastEncoder?: boolean;
  /**
   * Number of threads of the fast encoder, including the caller's. Default: one per processor, up to four, if memory can be shared;
   * one for very small models. Results do not depend on it.
   */
  readonly threads?: number | undefined;
}

/** The result of a step. */
export interface StepReport {
  /** Completed steps, including this one. */
  readonly step: number;
  /** Mean loss of the batch, before the update. */
  readonly loss: number;
  /** Global norm of the gradients, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** Trains a model's parameters in place, on the current tfjs backend. */
export class Trainer implements Predictor {
  /** Completed steps. */
  step = 0;
  readonly model: AlbertModel;
  readonly optimizer: Optimizer;
  readonly #options: TrainerOptions;
  readonly #kernels: WasmKernels | undefined;
  readonly #trained: ParameterMap;

  private constructor(model: AlbertModel, options: TrainerOptions, kernels: WasmKernels | undefined) {
    this.model = model;
    this.#options = options;
    this.#kernels = kernels;
    this.#trained = new Map([...model.parameters].filter(([name]) => isTrained(name, options.freeze ?? 'nothing')));
    this.optimizer = new Optimizer(options.optimizer ?? 'adamw', this.#trained);
  }

  /**
   * Registers gradients and, on WASM, kernels that tfjs lacks, and starts the threads.
   *
   * @throws InvalidArgumentError for an invalid schedule or number of threads; TrainingCrashError if the threads do not start
   */
  static async create(model: AlbertModel, options: TrainerOptions): Promise<Trainer> {
    checkSchedule(options.schedule);
    await registerGradients();
    registerUnsortedSegmentSum();
    const fast = options.fastEncoder ?? true;
    if (fast) {
      registerTransposedMatMul();
      registerRowGather();
    }
    return new Trainer(
      model,
      options,
      fast ? await WasmKernels.ofCurrentBackend(model.config, options.threads) : undefined,
    );
  }

  /**
   * Runs one optimizer step over one or more batches. Their gradients are averaged, weighted by their numbers of rows.
   *
   * @throws DivergedError if the loss or the gradients are not finite, TrainingCrashError if a thread fails; the parameters are
   * then unchanged
   */
  async trainStep(...batches: readonly TrainingBatch[]): Promise<StepReport> {
    const { schedule, clipNorm = 1 } = this.#options;
    const learningRate = learningRateAt(schedule, this.step);
    const { loss, gradients } = this.#accumulate(batches);
    const norm = globalNorm(gradients);
    try {
      const [lossValue, gradientNorm] = await readScalars(loss, norm);
      if (!Number.isFinite(lossValue)) throw new DivergedError(this.step + 1, learningRate, 'loss');
      if (!Number.isFinite(gradientNorm)) throw new DivergedError(this.step + 1, learningRate, "gradients' norm");
      this.optimizer.apply(gradients, clippingScale(gradientNorm, clipNorm), learningRate);
      this.step++;
      return { step: this.step, loss: lossValue, gradientNorm, learningRate };
    } finally {
      tf.dispose([loss, norm, ...gradients.values()]);
    }
  }

  /** Computes the head's outputs without dropout and gradients. The caller owns the tensors. */
  predict(batch: TrainingBatch): Readonly<Record<string, tf.Tensor>> {
    return tf.tidy(() => runModel(this.model, batch, { kernels: this.#kernels }));
  }

  /** Number of threads that compute a step. */
  get threads(): number {
    return this.#kernels?.threads ?? 1;
  }

  /** Frees the optimizer's moments and ends the threads. The caller still owns the model. */
  dispose(): void {
    this.optimizer.dispose();
    this.#kernels?.dispose();
  }

  #accumulate(batches: readonly TrainingBatch[]): { loss: tf.Scalar; gradients: Gradients } {
    const rows = batches.reduce((sum, batch) => sum + batch.inputs.inputIds.length, 0);
    let total: { loss: tf.Scalar; gradients: Gradients } | undefined;
    batches.forEach((batch, micro) => {
      const part = this.#gradients(batch, micro, batch.inputs.inputIds.length / rows);
      total = total ? addUp(total, part) : part;
    });
    if (!total) throw new RangeError('a step needs at least one batch');
    return total;
  }

  /** Computes the loss and the gradients of a batch, both multiplied by `share`. */
  #gradients(batch: TrainingBatch, micro: number, share: number): { loss: tf.Scalar; gradients: Gradients } {
    const keys = new DropoutKeys(this.#options.seed ?? 0, this.step, micro);
    const pass = { kernels: this.#kernels, keys };
    // Run a frozen encoder before the tape starts, so that none of it is recorded.
    const frozen = this.#options.freeze === 'all_but_head';
    const hidden = frozen ? tf.tidy(() => runEncoder(this.model, batch.inputs, pass)) : undefined;
    const { value, grads } = tf.variableGrads(() => {
      const outputs = hidden ? applyTrainingHead(this.model, batch, hidden, keys) : runModel(this.model, batch, pass);
      const loss = lossOf(outputs, batch);
      return share === 1 ? loss : tf.mul(loss, share);
    }, [...this.#trained.values()]);
    hidden?.dispose();
    const gradients = [...this.#trained].flatMap(([name, parameter]) => {
      const gradient = grads[parameter.name];
      return gradient ? [[name, gradient] as const] : [];
    });
    return { loss: value, gradients: new Map(gradients) };
  }
}

function addUp(
  a: { loss: tf.Scalar; gradients: Gradients },
  b: { loss: tf.Scalar; gradients: Gradients },
): { loss: tf.Scalar; gradients: Gradients } {
  const sum = <T extends tf.Tensor>(x: T, y: T | undefined): T => {
    if (!y) return x;
    const total = tf.add<T>(x, y);
    tf.dispose([x, y]);
    return total;
  };
  return {
    loss: sum(a.loss, b.loss),
    gradients: new Map([...a.gradients].map(([name, gradient]) => [name, sum(gradient, b.gradients.get(name))])),
  };
}

function isTrained(name: string, freeze: Freeze): boolean {
  if (freeze === 'nothing') return true;
  if (freeze === 'embeddings') return !name.startsWith('embeddings.');
  return !name.startsWith('embeddings.') && !name.startsWith('encoder.');
}

/** Reads two numbers in one round trip to the device. */
async function readScalars(a: tf.Scalar, b: tf.Scalar): Promise<[number, number]> {
  const both = tf.stack([a, b]);
  const [first = NaN, second = NaN] = await both.data();
  both.dispose();
  return [first, second];
}
