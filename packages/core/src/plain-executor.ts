/** The plain encoder behind the executor contract: the first executor of every backend, and the fallback of all. */
import * as tf from '@tensorflow/tfjs-core';
import { DisposedError } from '@albert-web/errors';
import { encode } from './encoder.ts';
import type { EncodeOptions, EncoderExecutor, EncoderOutput, WeightReader } from './executor.ts';
import { readEncodeOptions } from './executor.ts';
import { disposeParameters, loadParameters, lookUp } from './parameters.ts';
import type { AlbertConfig, BackendName } from './spec/index.ts';
import { encoderWeights } from './spec/index.ts';

/** @throws MissingTensorError, TensorShapeError */
export function createPlainExecutor(config: AlbertConfig, weights: WeightReader): EncoderExecutor {
  const specs = encoderWeights(config);
  const parameters = loadParameters(specs, weights);
  let disposed = false;
  return {
    backend: tf.getBackend() as BackendName,
    precision: 'f32',
    get memoryBytes() {
      return 0; // All of it is tfjs's own and counted by tf.memory().
    },
    async encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
      if (disposed) throw new DisposedError('the encoder');
      options.signal?.throwIfAborted();
      const { depth, from, rows, hiddenStates } = readEncodeOptions(config, options);
      const states: tf.Tensor3D[] = [];
      const { hidden } = tf.tidy(() => {
        const all = encode(lookUp(parameters), config, embedded, mask, {
          depth,
          from,
          ...(hiddenStates && { onHidden: (state: tf.Tensor3D) => states.push(tf.clone(state)) }),
        });
        return { hidden: rows === 'first' ? tf.slice(all, [0, 0, 0], [-1, 1, -1]) : tf.clone(all), states };
      });
      return { hidden, ...(hiddenStates && { hiddenStates: states }) };
    },
    dispose() {
      if (!disposed) disposeParameters(parameters);
      disposed = true;
    },
  };
}
