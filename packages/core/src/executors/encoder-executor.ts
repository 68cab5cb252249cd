/**
 * An encoder that takes and returns tfjs tensors: the plain one here (the reference), or a fast one of `@albert-web/backends`.
 * `composeExecutor` turns it into a `ModelExecutor`.
 */
import { InvalidArgumentError } from '@albert-web/errors';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RawInputs } from '../inputs/inputs.ts';
import type { Note } from '../notes.ts';
import type { AlbertConfig, Precision, TfjsBackendName } from '../spec/index.ts';

/** Options of one forward pass. Executors read them through {@link readEncodeOptions}. */
export interface EncodeOptions {
  /** Stop after hidden layer `depth`: ALBERT's layers share weights, so any depth works. Default: all. */
  readonly depth?: number;
  /**
   * Continue from the output of hidden layer `from`, which an earlier call with `depth: from` returned and which is passed
   * as `embedded`. Layers `from + 1` to `depth` run, with the same weights as in a full pass. Default 0: start at the
   * embeddings.
   */
  readonly from?: number;
  /**
   * `first`: return only the first position of the last layer, for heads that read only `[CLS]`. `hidden` is then
   * `[batch, 1, hidden]`, and the last layer computes everything but keys and values for that position only. Cannot be
   * combined with `hiddenStates`. Default `all`.
   */
  readonly rows?: 'all' | 'first';
  /** Also return the input of the first layer run and the output of every layer. */
  readonly hiddenStates?: boolean;
  /** Stops between layers, if the backend can. */
  readonly signal?: AbortSignal;
  /**
   * What to return at padded positions (mask 0), which never affect real tokens. With `skip`, the default, an executor may
   * leave zeros there, so that a ragged batch costs no more than its tokens. `compute` fills in what Hugging Face returns,
   * for comparing whole batches.
   */
  readonly padding?: 'skip' | 'compute';
}

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError unless `0 <= from <= depth <= num_hidden_layers`, all whole, and for `rows: 'first'` with
 * `hiddenStates`.
 */
export function readEncodeOptions(
  { num_hidden_layers: layers }: AlbertConfig,
  { depth = layers, from = 0, rows = 'all', hiddenStates = false, padding = 'skip' }: EncodeOptions,
): Required<Omit<EncodeOptions, 'signal'>> {
  if (!Number.isInteger(from) || !Number.isInteger(depth) || from < 0 || from > depth || depth > layers) {
    throw new InvalidArgumentError({
      problem: `A pass from layer ${from} to layer ${depth} was requested`,
      expected: `Expected whole numbers, 0 <= from <= depth <= ${layers}`,
      remedy: 'Leave depth out to run all layers, and from out to start at the embeddings',
    });
  }
  if (rows === 'first' && hiddenStates) {
    throw new InvalidArgumentError({
      problem: 'Both hidden states and only the first position were requested',
      remedy: "Leave out hiddenStates or rows: 'first'",
    });
  }
  return { depth, from, rows, hiddenStates, padding };
}

/** The caller owns every tensor. */
export interface EncoderOutput {
  /** `[batch, length, hidden]`, output of the last layer run; `[batch, 1, hidden]` with `rows: 'first'`. */
  readonly hidden: Tensor3D;
  /** If requested, `depth - from + 1` tensors `[batch, length, hidden]`; the last equals `hidden` but is a separate tensor. */
  readonly hiddenStates?: readonly Tensor3D[];
}

/**
 * Computes logits `[rows, labels]` on the host, row-major, from token ids that have been checked. There is one row per
 * sequence if the head reads the pooled token, and one per position if it reads all.
 */
export type LogitsPass = (
  inputs: RawInputs,
  options?: Pick<EncodeOptions, 'depth' | 'signal'>,
) => Promise<Float32Array<ArrayBuffer>>;

/** Runs the encoder forward, without gradients. */
export interface EncoderExecutor {
  readonly backend: TfjsBackendName;
  readonly precision: Precision;
  /**
   * Runs the layers.
   *
   * @param embedded `[batch, length, embedding]` f32: sum of the embeddings after LayerNorm, before the mapping to `hidden_size`;
   * with `from`, `[batch, length, hidden]`.
   * @param mask `[batch, length]` 1 for tokens, 0 for padding, int32 or float32.
   * @throws InvalidArgumentError for options out of range, DisposedError, or the signal's reason
   */
  encode(embedded: Tensor3D, mask: Tensor2D, options?: EncodeOptions): Promise<EncoderOutput>;
  /** Number of CPU threads, if the backend has a choice. Default 1. */
  readonly threads?: number;
  /** What differs from the request, such as why fewer threads run. */
  readonly notes?: readonly Note[];
  /** Bytes of weights and scratch this executor holds now, outside tfjs's own count. */
  readonly memoryBytes: number;
  /** Frees everything that `memoryBytes` counts. */
  dispose(): void;
}
