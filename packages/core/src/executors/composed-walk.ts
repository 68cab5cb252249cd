/** The walk of a composed model: hidden states stay tensors on the encoder's backend from layer to layer. */
import * as tf from '@tensorflow/tfjs-core';
import type { EncoderExecutor } from './encoder-executor.ts';
import type { RawInputs } from '../inputs/inputs.ts';
import { pickRows } from '../inputs/inputs.ts';
import type { HostOutputs, LayerWalk } from './model-executor.ts';
import type { TfjsBackend } from '../tfjs/tfjs-backend.ts';

/** What a walk works with; the walk owns the tensors. */
export interface WalkParts {
  readonly encoder: EncoderExecutor;
  readonly on: TfjsBackend;
  readonly inputs: RawInputs;
  /** `[batch, length, embedding]` */
  readonly embedded: tf.Tensor3D;
  /** `[batch, length]` */
  readonly mask: tf.Tensor2D;
  /** The layer at which the walk ends. */
  readonly lastDepth: number;
  /** Whether the head reads only the first position. */
  readonly firstAlone: boolean;
  readonly signal: AbortSignal | undefined;
  /** Applies the head and reads its outputs; the walk keeps `hidden`. */
  readonly finish: (hidden: tf.Tensor3D) => Promise<HostOutputs>;
}

export class ComposedWalk implements LayerWalk {
  readonly #parts: WalkParts;
  #inputs: RawInputs;
  /** Input of the next layer, at first the embeddings. */
  #hidden: tf.Tensor3D;
  #mask: tf.Tensor2D;
  #depth = 0;

  constructor(parts: WalkParts) {
    this.#parts = parts;
    this.#inputs = parts.inputs;
    this.#hidden = parts.embedded;
    this.#mask = parts.mask;
  }

  get depth(): number {
    return this.#depth;
  }

  get ended(): boolean {
    return this.#depth >= this.#parts.lastDepth;
  }

  get inputs(): RawInputs {
    return this.#inputs;
  }

  async next(): Promise<HostOutputs> {
    const { encoder, lastDepth, firstAlone, signal, finish } = this.#parts;
    const from = this.#depth;
    const { hidden } = await encoder.encode(this.#hidden, this.#mask, {
      from,
      depth: from + 1,
      rows: firstAlone && from + 1 === lastDepth ? 'first' : 'all',
      ...(signal && { signal }),
    });
    this.#hidden.dispose();
    this.#hidden = hidden;
    this.#depth = from + 1;
    return finish(hidden);
  }

  keep(rows: readonly number[]): void {
    const [hidden, mask] = [this.#hidden, this.#mask];
    this.#inputs = pickRows(this.#inputs, rows);
    this.#parts.on.run(() => {
      const indices = tf.tensor1d([...rows], 'int32');
      this.#hidden = tf.gather(hidden, indices);
      this.#mask = tf.gather(mask, indices);
      tf.dispose([hidden, mask, indices]);
    });
  }

  dispose(): void {
    tf.dispose([this.#hidden, this.#mask]);
  }
}
