/**
 * A model for inference: embeddings on the host, the encoder by an executor, the head in tfjs on the same backend; or all of
 * it by the executor, where that has the model in one piece.
 */
import * as tf from '@tensorflow/tfjs-core';
import { DisposedError } from '@albert-web/errors';
import type { EncodeOptions, EncoderExecutor, LogitsPass, WeightReader } from './executor.ts';
import { readEncodeOptions } from './executor.ts';
import type { HeadOutputs } from './heads.ts';
import { applyHead, nameLogits } from './heads.ts';
import type { HostEmbeddings } from './host-embeddings.ts';
import { createHostEmbeddings } from './host-embeddings.ts';
import type { RawInputs } from './inputs.ts';
import { checkInputs } from './inputs.ts';
import { LayerWalk } from './layer-walk.ts';
import type { ParameterMap } from './parameters.ts';
import { disposeParameters, loadParameters, lookUp } from './parameters.ts';
import type { AlbertConfig, Head } from './spec/index.ts';
import { headOf, headWeights, linearHead, usesWordEmbeddings } from './spec/index.ts';

/** What to run, and how deep. */
export interface RunOptions extends Pick<EncodeOptions, 'depth' | 'padding' | 'signal'> {
  /** Rows that belong to one question, for multiple choice. */
  readonly choices?: number;
  /** Apply the head after every layer, not only after the last: `layers` of the result. */
  readonly everyLayer?: boolean;
  /** Leave the head out: `last_hidden_state` `[batch, length, hidden]` alone. */
  readonly withoutHead?: boolean;
}

/** How far to walk. */
export type WalkOptions = Pick<EncodeOptions, 'depth' | 'signal'>;

/** The caller owns every tensor: `tf.dispose(result)` frees all of them. */
export interface RunResult {
  /** After the last layer run. */
  readonly outputs: HeadOutputs;
  /** With `everyLayer`: the head's outputs at depth 0 (mapped embeddings), 1, 2, ... */
  readonly layers?: readonly HeadOutputs[];
}

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
    const tied = usesWordEmbeddings(head)
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
    const { everyLayer = false, withoutHead = false, choices = 1, ...encode } = options;
    if (this.logits && !everyLayer && !withoutHead) {
      const values = await this.logits(inputs, options);
      this.assertUsable();
      return { outputs: nameLogits(this.config, this.head, values, { ...sizesOf(inputs), choices }) };
    }
    const { embedded, mask } = this.embed(inputs);
    try {
      const rows = this.readsFirstAlone && !everyLayer && !withoutHead ? 'first' : 'all';
      const encoded = await this.executor.encode(embedded, mask, { ...encode, rows, hiddenStates: everyLayer });
      return tf.tidy(() => {
        // The encoder's tensors were made outside this tidy: freed by hand unless an output is one of them.
        const apply = (hidden: tf.Tensor3D): HeadOutputs =>
          withoutHead ? { last_hidden_state: tf.clone(hidden) } : this.applyHead(tf.clone(hidden), choices);
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

  /** The same pass, one layer at a time, up to `depth`, at least 1. @throws ModelInputError, InvalidArgumentError, DisposedError */
  walk(inputs: RawInputs, { signal, ...options }: WalkOptions = {}): LayerWalk {
    const { executor } = this;
    this.assertUsable();
    checkInputs(this.config, inputs);
    const { depth } = readEncodeOptions(this.config, { ...options, from: 1 });
    return new LayerWalk({
      ...this.embed(inputs),
      executor,
      inputs,
      signal,
      lastDepth: depth,
      firstAlone: this.readsFirstAlone,
      head: (hidden) => {
        this.assertUsable();
        return this.applyHead(hidden, 1);
      },
    });
  }

  /** The encoder's input; the caller owns both tensors. */
  private embed(inputs: RawInputs): { readonly embedded: tf.Tensor3D; readonly mask: tf.Tensor2D } {
    const { batch, length } = sizesOf(inputs);
    return {
      embedded: tf.tensor3d(this.embeddings(inputs), [batch, length, this.config.embedding_size]),
      mask: tf.tensor2d(flatMask(inputs, length), [batch, length], 'int32'),
    };
  }

  private get readsFirstAlone(): boolean {
    return linearHead(this.head)?.reads === 'pooled';
  }

  private applyHead(hidden: tf.Tensor3D, choices: number): HeadOutputs {
    return applyHead(lookUp(this.parameters), this.config, this.head, hidden, { choices });
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

function sizesOf({ inputIds }: RawInputs): { readonly batch: number; readonly length: number } {
  return { batch: inputIds.length, length: inputIds[0]?.length ?? 0 };
}

function flatMask({ inputIds, attentionMask }: RawInputs, length: number): Int32Array {
  const flat = new Int32Array(inputIds.length * length).fill(1);
  attentionMask?.forEach((row, index) => flat.set(Array.from(row), index * length));
  return flat;
}
