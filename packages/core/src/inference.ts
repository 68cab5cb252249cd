/**
 * A model for inference: embeddings on the host, the encoder by an executor, the head in tfjs on the same backend; or all of
 * it by the executor, where that has the model in one piece.
 */
import * as tf from '@tensorflow/tfjs-core';
import { DisposedError } from '@albert-web/errors';
import type { AlbertConfig } from './config.ts';
import type { EncodeOptions, EncoderExecutor, LogitsPass, WeightReader } from './executor.ts';
import type { HeadOutputs } from './heads.ts';
import { applyHead, nameLogits } from './heads.ts';
import type { HostEmbeddings } from './host-embeddings.ts';
import { createHostEmbeddings } from './host-embeddings.ts';
import type { RawInputs } from './inputs.ts';
import { checkInputs } from './inputs.ts';
import type { Head } from './layout.ts';
import { headOf, headWeights, linearHead } from './layout.ts';
import type { ParameterMap } from './parameters.ts';
import { disposeParameters, loadParameters, lookUp } from './parameters.ts';

/** What to run, and how deep. */
export interface RunOptions extends Pick<EncodeOptions, 'depth' | 'padding' | 'signal'> {
  /** Rows that belong to one question, for multiple choice. */
  readonly choices?: number;
  /** Apply the head after every layer, not only after the last: `layers` of the result. */
  readonly everyLayer?: boolean;
}

/** The caller owns every tensor: `tf.dispose(result)` frees all of them. */
export interface RunResult {
  /** After the last layer run. */
  readonly outputs: HeadOutputs;
  /** With `everyLayer`: the head's outputs at depth 0 (mapped embeddings), 1, 2, ... */
  readonly layers?: readonly HeadOutputs[];
}

/** Heads whose decoder is the word embedding need it as a tensor. */
const tiedHeads: readonly Head[] = ['masked_lm', 'pretraining'];

/** An ALBERT with one head, ready to answer. Owns its executor. */
export class InferenceModel {
  #disposed = false;

  private constructor(
    readonly config: AlbertConfig,
    readonly head: Head,
    readonly executor: EncoderExecutor,
    private readonly embeddings: HostEmbeddings,
    private readonly parameters: ParameterMap,
    private readonly logits: LogitsPass | undefined,
  ) {}

  /** @throws MissingTensorError, TensorShapeError */
  static load(
    config: AlbertConfig,
    weights: WeightReader,
    executor: EncoderExecutor,
    head: Head = headOf(config),
  ): InferenceModel {
    const tied = tiedHeads.includes(head)
      ? [{ name: 'embeddings.word_embeddings.weight', shape: [config.vocab_size, config.embedding_size] }]
      : [];
    const embeddings = createHostEmbeddings(config, weights);
    const parameters = loadParameters([...tied, ...headWeights(config, head)], weights);
    const linear = linearHead(head);
    try {
      const logits = linear && executor.withHead?.(linear, weights);
      return new InferenceModel(config, head, executor, embeddings, parameters, logits);
    } catch (error) {
      disposeParameters(parameters);
      throw error;
    }
  }

  /** One forward pass. @throws ModelInputError, DisposedError, or the signal's reason. */
  async run(inputs: RawInputs, options: RunOptions = {}): Promise<RunResult> {
    this.assertUsable();
    checkInputs(this.config, inputs);
    const batch = inputs.inputIds.length;
    const length = inputs.inputIds[0]?.length ?? 0;
    if (this.logits && !options.everyLayer) {
      const values = await this.logits(inputs, options);
      this.assertUsable();
      return { outputs: nameLogits(this.head, values, { batch, length, choices: options.choices ?? 1 }) };
    }
    const embedded = tf.tensor3d(this.embeddings(inputs), [batch, length, this.config.embedding_size]);
    const mask = tf.tensor2d(flatMask(inputs, length), [batch, length], 'int32');
    try {
      const { everyLayer = false, choices, ...encode } = options;
      const rows = linearHead(this.head)?.reads === 'pooled' && !everyLayer ? 'first' : 'all';
      const encoded = await this.executor.encode(embedded, mask, { ...encode, rows, hiddenStates: everyLayer });
      return tf.tidy(() => {
        // The encoder's tensors were made outside this tidy: freed by hand unless an output is one of them.
        const apply = (hidden: tf.Tensor3D): HeadOutputs =>
          applyHead(lookUp(this.parameters), this.config, this.head, tf.clone(hidden), { choices: choices ?? 1 });
        try {
          this.assertUsable();
          const layers = encoded.hiddenStates?.map(apply);
          return { outputs: apply(encoded.hidden), ...(layers && { layers }) };
        } finally {
          tf.dispose(encoded as unknown as tf.TensorContainer);
        }
      }) as RunResult;
    } finally {
      tf.dispose([embedded, mask]);
    }
  }

  /** Frees the parameters and the executor. The second time it does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    disposeParameters(this.parameters);
    this.executor.dispose();
  }

  /** The same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  private assertUsable(): void {
    if (this.#disposed) throw new DisposedError('the model');
  }
}

function flatMask({ inputIds, attentionMask }: RawInputs, length: number): Int32Array {
  const flat = new Int32Array(inputIds.length * length).fill(1);
  attentionMask?.forEach((row, index) => flat.set(Array.from(row), index * length));
  return flat;
}
