/** The whole model in plain tfjs ops: embeddings, encoder, head. Trainable; for fast inference see `composeExecutor`. */
import * as tf from '@tensorflow/tfjs-core';
import { embed } from './embeddings.ts';
import type { Dropout } from './encoder.ts';
import { encode } from './encoder.ts';
import type { WeightReader } from '../weights/reader.ts';
import type { HeadOutputs } from './heads.ts';
import { applyHead } from './heads.ts';
import type { AlbertInputs } from '../inputs/input-tensors.ts';
import type { ParameterMap } from './parameters.ts';
import { disposeParameters, loadParameters, lookUp } from './parameters.ts';
import type { AlbertConfig, Head } from '../spec/index.ts';
import { headOf, modelWeights } from '../spec/index.ts';

/** Options of a forward pass. */
export interface ForwardOptions {
  readonly depth?: number;
  readonly dropout?: Dropout;
  /** Rows that belong to one question, for multiple choice: the batch is `[questions * choices, length]`. */
  readonly choices?: number;
  readonly outputHiddenStates?: boolean;
  readonly outputAttentions?: boolean;
}

/** Outputs as in Hugging Face; the caller owns every tensor. */
export interface ForwardResult {
  readonly outputs: HeadOutputs;
  /** `depth + 1` tensors `[batch, length, hidden]`: the mapped embeddings, then each hidden layer. */
  readonly hiddenStates?: readonly tf.Tensor3D[];
  /** One tensor of probabilities `[batch, heads, length, length]` for each inner layer. */
  readonly attentions?: readonly tf.Tensor4D[];
}

/** An ALBERT with one head, its parameters as trainable tfjs variables on the current backend. */
export class AlbertModel {
  private constructor(
    readonly config: AlbertConfig,
    readonly head: Head,
    /** Parameters by canonical name; linear weights are `[in, out]`. */
    readonly parameters: ParameterMap,
  ) {}

  /** Loads a model's parameters onto the current backend. @throws MissingTensorError, TensorShapeError */
  static load(config: AlbertConfig, weights: WeightReader, head: Head = headOf(config)): AlbertModel {
    return new AlbertModel(config, head, loadParameters(modelWeights(config, head), weights));
  }

  /** Runs one differentiable pass. Synchronous, so that it can run inside `tf.grads` and `tf.tidy`. */
  forward(inputs: AlbertInputs, options: ForwardOptions = {}): ForwardResult {
    const hiddenStates: tf.Tensor3D[] = [];
    const attentions: tf.Tensor4D[] = [];
    const parameters = lookUp(this.parameters);
    const result = tf.tidy(() => {
      const embedded = embed(parameters, this.config, inputs);
      const hidden = encode(parameters, this.config, embedded, inputs.attentionMask, {
        ...options,
        ...(options.outputHiddenStates && { onHidden: (state: tf.Tensor3D) => hiddenStates.push(tf.clone(state)) }),
        ...(options.outputAttentions && { onAttention: (state: tf.Tensor4D) => attentions.push(tf.clone(state)) }),
      });
      const outputs = applyHead(parameters, this.config, this.head, hidden, options);
      return { outputs, hiddenStates, attentions };
    });
    return {
      outputs: result.outputs,
      ...(options.outputHiddenStates && { hiddenStates }),
      ...(options.outputAttentions && { attentions }),
    };
  }

  /** Frees the parameters. */
  dispose(): void {
    disposeParameters(this.parameters);
  }

  /** The same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
