/** A pass taken one layer at a time, for whoever decides on the way whether to go on: early exit. */
import * as tf from '@tensorflow/tfjs-core';
import type { EncoderExecutor } from './executor.ts';
import type { HeadOutputs } from './heads.ts';
import type { RawInputs } from './inputs.ts';

/** What a walk goes through; the walk owns the tensors. */
export interface WalkParts {
  readonly executor: EncoderExecutor;
  readonly inputs: RawInputs;
  /** `[batch, length, embedding]` */
  readonly embedded: tf.Tensor3D;
  /** `[batch, length]` */
  readonly mask: tf.Tensor2D;
  /** The layer at which the walk ends. */
  readonly lastDepth: number;
  /** Of the head: whether it reads the first position alone. */
  readonly firstAlone: boolean;
  readonly signal: AbortSignal | undefined;
  /** Applies the head. Called inside `tf.tidy`. */
  readonly head: (hidden: tf.Tensor3D) => HeadOutputs;
}

/** Owns tensors: dispose it, whether it came to its end or not. */
export class LayerWalk {
  readonly #parts: WalkParts;
  #inputs: RawInputs;
  /** What the next layer reads: first the embeddings. */
  #hidden: tf.Tensor3D;
  #mask: tf.Tensor2D;
  #depth = 0;

  /** @internal Use `InferenceModel.walk`. */
  constructor(parts: WalkParts) {
    this.#parts = parts;
    this.#inputs = parts.inputs;
    this.#hidden = parts.embedded;
    this.#mask = parts.mask;
  }

  /** Layers run so far. */
  get depth(): number {
    return this.#depth;
  }

  /** Whether the last layer asked for has run. */
  get ended(): boolean {
    return this.#depth >= this.#parts.lastDepth;
  }

  /** The rows that are still on the way. */
  get inputs(): RawInputs {
    return this.#inputs;
  }

  /** Runs one layer and the head after it. The caller owns the outputs. @throws what the executor throws */
  async next(): Promise<HeadOutputs> {
    const { executor, lastDepth, firstAlone, signal, head } = this.#parts;
    const from = this.#depth;
    const { hidden } = await executor.encode(this.#hidden, this.#mask, {
      from,
      depth: from + 1,
      rows: firstAlone && from + 1 === lastDepth ? 'first' : 'all',
      ...(signal && { signal }),
    });
    this.#hidden.dispose();
    this.#hidden = hidden;
    this.#depth = from + 1;
    return tf.tidy(() => head(tf.clone(hidden)));
  }

  /** Goes on with these rows alone, by their present index. */
  keep(rows: readonly number[]): void {
    const pick = <T>(values: readonly T[]): T[] => values.filter((_, row) => rows.includes(row));
    const { inputIds, attentionMask, tokenTypeIds, positionIds } = this.#inputs;
    this.#inputs = {
      inputIds: pick(inputIds),
      ...(attentionMask && { attentionMask: pick(attentionMask) }),
      ...(tokenTypeIds && { tokenTypeIds: pick(tokenTypeIds) }),
      ...(positionIds && { positionIds: pick(positionIds) }),
    };
    const [hidden, mask] = [this.#hidden, this.#mask];
    const indices = tf.tensor1d(pick(Array.from({ length: hidden.shape[0] }, (_, row) => row)), 'int32');
    this.#hidden = tf.gather(hidden, indices);
    this.#mask = tf.gather(mask, indices);
    tf.dispose([hidden, mask, indices]);
  }

  /** Frees what the walk holds. */
  dispose(): void {
    tf.dispose([this.#hidden, this.#mask]);
  }

  /** The same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
