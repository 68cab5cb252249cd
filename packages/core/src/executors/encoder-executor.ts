/**
 * An encoder behind tfjs tensors: the plain one here (the truth), or a fast one of `@albert-web/backends`. `composeExecutor`
 * makes a `ModelExecutor` of it.
 */
import { InvalidArgumentError } from '@albert-web/errors';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RawInputs } from '../inputs/inputs.ts';
import type { Note } from '../notes.ts';
import type { AlbertConfig, Precision, TfjsBackendName } from '../spec/index.ts';

/** What a caller may ask of one pass. Executors read it through {@link readEncodeOptions}. */
export interface EncodeOptions {
  /** Stop after hidden layer `depth`: ALBERT's layers share weights, so any depth works. Default: all. */
  readonly depth?: number;
  /**
   * Go on from the output of hidden layer `from`, which an earlier call with `depth: from` returned and which then takes
   * the place of `embedded`: layers `from + 1` to `depth` run, with the weights they have in a whole pass. Default 0:
   * start at the embeddings.
   */
  readonly from?: number;
  /**
   * `first`: only the first position is wanted after the last layer, as by heads that read `[CLS]` alone. `hidden` is then
   * `[batch, 1, hidden]`, and the last layer computes everything but keys and values for that position only. Not together
   * with `hiddenStates`. Default `all`.
   */
  readonly rows?: 'all' | 'first';
  /** Also return the input of the first layer run and the output of every layer. */
  readonly hiddenStates?: boolean;
  /** Stops between layers where the backend can. */
  readonly signal?: AbortSignal;
  /**
   * What becomes of the output at padded positions (mask 0), which no real token ever reads. `skip`, the default, lets an
   * executor leave zeros there, so that a ragged batch costs its tokens and not its rectangle; `compute` fills them with
   * what Hugging Face gives, for comparing whole batches.
   */
  readonly padding?: 'skip' | 'compute';
}

/**
 * Options with every default filled in.
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
      problem: `A pass from layer ${from} to layer ${depth} was asked for`,
      expected: `Expected whole numbers, 0 <= from <= depth <= ${layers}`,
      remedy: 'Leave depth out to run all layers, and from out to start at the embeddings',
    });
  }
  if (rows === 'first' && hiddenStates) {
    throw new InvalidArgumentError({
      problem: 'Both hidden states and the first position alone were asked for',
      remedy: "Leave out hiddenStates or rows: 'first'",
    });
  }
  return { depth, from, rows, hiddenStates, padding };
}

/** The caller owns every tensor. */
export interface EncoderOutput {
  /** `[batch, length, hidden]`, output of the last layer run; `[batch, 1, hidden]` with `rows: 'first'`. */
  readonly hidden: Tensor3D;
  /** `depth - from + 1` tensors `[batch, length, hidden]` when asked for; the last one equals `hidden` but is its own tensor. */
  readonly hiddenStates?: readonly Tensor3D[];
}

/**
 * Token ids, checked before, to logits `[rows, labels]` on the host, row-major: a row for each sequence when the head reads
 * the pooled token, for each position when it reads all.
 */
export type LogitsPass = (
  inputs: RawInputs,
  options?: Pick<EncodeOptions, 'depth' | 'signal'>,
) => Promise<Float32Array<ArrayBuffer>>;

/** A forward pass of the encoder without gradient. */
export interface EncoderExecutor {
  readonly backend: TfjsBackendName;
  readonly precision: Precision;
  /**
   * Runs the layers.
   *
   * @param embedded `[batch, length, embedding]` f32: sum of the embeddings after LayerNorm, before the mapping to hidden;
   * with `from`, `[batch, length, hidden]`.
   * @param mask `[batch, length]` 1 for tokens, 0 for padding, int32 or float32.
   * @throws InvalidArgumentError for options out of range, DisposedError, or the signal's reason
   */
  encode(embedded: Tensor3D, mask: Tensor2D, options?: EncodeOptions): Promise<EncoderOutput>;
  /** CPU threads it computes with, where that is a choice. Default 1. */
  readonly threads?: number;
  /** What did not go as asked: why fewer threads run. */
  readonly notes?: readonly Note[];
  /** Bytes of weights and scratch this executor holds now, outside tfjs's own count. */
  readonly memoryBytes: number;
  /** Gives back what `memoryBytes` counts. */
  dispose(): void;
}
