import * as tf from '@tensorflow/tfjs-core';
import type { AlbertModel } from '@albert-web/core';
import { WasmKernels } from './encoder/wasm-kernels.ts';
import { runModel } from './forward.ts';
import { registerTransposedMatMul } from './kernels/transposed-matmul.ts';
import type { TrainingBatch } from './targets.ts';

/** Gives the head's outputs for a batch, without dropout and without gradients: a `Trainer`, or what `predictorOf` makes. */
export interface Predictor {
  /** The caller owns the tensors. */
  predict(batch: TrainingBatch): Readonly<Record<string, tf.Tensor>>;
}

/** A model that is used and not trained, on the current tfjs backend. It keeps no moments, and the model stays the caller's. */
export async function predictorOf(model: AlbertModel): Promise<Predictor> {
  registerTransposedMatMul();
  const kernels = await WasmKernels.ofCurrentBackend();
  return { predict: (batch) => tf.tidy(() => runModel(model, batch, { kernels })) };
}
