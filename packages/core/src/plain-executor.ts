/** The plain encoder behind the executor contract: the first executor of every backend, and the fallback of all. */
import * as tf from '@tensorflow/tfjs-core';
import { DisposedError } from '@albert-web/errors';
import type { AlbertConfig } from './config.ts';
import { encode } from './encoder.ts';
import type { BackendName, EncodeOptions, EncoderExecutor, EncoderOutput, WeightReader } from './executor.ts';
import { encoderWeights } from './layout.ts';
import { disposeParameters, loadParameters, lookUp } from './parameters.ts';

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
    encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
      if (disposed) return Promise.reject(new DisposedError('the encoder'));
      options.signal?.throwIfAborted();
      const hiddenStates: tf.Tensor3D[] = [];
      const { hidden } = tf.tidy(() => ({
        hidden: encode(lookUp(parameters), config, embedded, mask, {
          depth: options.depth ?? config.num_hidden_layers,
          ...(options.hiddenStates && { onHidden: (state: tf.Tensor3D) => hiddenStates.push(tf.clone(state)) }),
        }),
        hiddenStates,
      }));
      return Promise.resolve({ hidden, ...(options.hiddenStates && { hiddenStates }) });
    },
    dispose() {
      if (!disposed) disposeParameters(parameters);
      disposed = true;
    },
  };
}
