import * as tf from '@tensorflow/tfjs-core';
import type { AlbertModel } from '@albert-web/core';
import { WasmKernels } from './encoder/wasm-kernels.ts';
import { runModel } from './forward.ts';
import { registerTransposedMatMul } from './kernels/transposed-matmul.ts';
import type { TrainingBatch } from './targets.ts';

/** Computes the head's outputs for a batch, without dropout and gradients: a `Trainer`, or the result of `predictorOf`. */
export interface Predictor {
  /** The caller owns the tensors. */
  predict(batch: TrainingBatch): Readonly<Record<string, tf.Tensor>>;
}

/** A predictor with its own threads. */
export interface ModelPredictor extends Predictor {
  /** Ends the threads. The caller still owns the model. */
  dispose(): void;
}

/**
 * Creates a predictor for a model that is not being trained, on the current tfjs backend. It has no moments and does not own the
 * model.
 *
 * @param threads see `TrainerOptions`
 */
export async function predictorOf(model: AlbertModel, threads?: number): Promise<ModelPredictor> {
  registerTransposedMatMul();
  const kernels = await WasmKernels.ofCurrentBackend(model.config, threads);
  return {
    predict: (batch) => tf.tidy(() => runModel(model, batch, { kernels })),
    dispose: () => kernels?.dispose(),
  };
}
