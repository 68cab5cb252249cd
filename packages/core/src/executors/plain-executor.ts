/** The plain encoder as an executor: the reference for the fast ones, and the fallback if none of them runs. */
import * as tf from '@tensorflow/tfjs-core';
import { DisposedError } from '@albert-web/errors';
import { encode } from '../model/encoder.ts';
import type { EncodeOptions, EncoderExecutor, EncoderOutput } from './encoder-executor.ts';
import type { WeightReader } from '../weights/reader.ts';
import { readEncodeOptions } from './encoder-executor.ts';
import { bytesOf, disposeParameters, loadParameters, lookUp } from '../model/parameters.ts';
import type { AlbertConfig } from '../spec/index.ts';
import { encoderWeights } from '../spec/index.ts';
import { TfjsBackend } from '../tfjs/tfjs-backend.ts';

/** @param on the tfjs backend to run on; default: the current one. @throws MissingTensorError, TensorShapeError */
export function createPlainExecutor(
  config: AlbertConfig,
  weights: WeightReader,
  on = new TfjsBackend(),
): EncoderExecutor {
  const parameters = on.run(() => loadParameters(encoderWeights(config), weights));
  let disposed = false;
  return {
    backend: on.name,
    precision: 'f32',
    get memoryBytes() {
      return disposed ? 0 : bytesOf(parameters);
    },
    async encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
      if (disposed) throw new DisposedError('the encoder');
      options.signal?.throwIfAborted();
      const { depth, from, rows, hiddenStates } = readEncodeOptions(config, options);
      const states: tf.Tensor3D[] = [];
      const run = (): { hidden: tf.Tensor3D; states: tf.Tensor3D[] } => {
        const all = encode(lookUp(parameters), config, embedded, mask, {
          depth,
          from,
          ...(hiddenStates && { onHidden: (state: tf.Tensor3D) => states.push(tf.clone(state)) }),
        });
        return { hidden: rows === 'first' ? tf.slice(all, [0, 0, 0], [-1, 1, -1]) : tf.clone(all), states };
      };
      const { hidden } = on.run(() => tf.tidy(run));
      return { hidden, ...(hiddenStates && { hiddenStates: states }) };
    },
    dispose() {
      if (!disposed) disposeParameters(parameters);
      disposed = true;
    },
  };
}
