/** The forward pass for training: core's plain model, with `encodePacked` for the encoder's layers on WASM. */
import * as tf from '@tensorflow/tfjs-core';
import type { AlbertModel, HeadChain, HeadOutputs } from '@albert-web/core';
import { applyChain, applyHead, disposeInputs, embed, encode, heads, lookUp, toInputs } from '@albert-web/core';
import type { DropoutKeys } from './dropout.ts';
import { plainDropout } from './dropout.ts';
import { encodePacked } from './encoder/encode-packed.ts';
import { pack, unpack } from './encoder/packing.ts';
import type { WasmKernels } from './encoder/wasm-kernels.ts';
import type { TrainingBatch } from './targets.ts';

/** Options of a forward pass. */
export interface PassOptions {
  /** Kernels of the fast encoder; undefined for core's plain encoder. */
  readonly kernels?: WasmKernels | undefined;
  /** Dropout keys; undefined for no dropout. */
  readonly keys?: DropoutKeys | undefined;
}

/**
 * Returns `[batch, length, hidden]`, with meaningless values at padding. For a head that reads only first tokens, the fast encoder
 * returns `[batch, 1, hidden]`. Call inside `tf.tidy`.
 */
export function runEncoder(model: AlbertModel, inputs: TrainingBatch['inputs'], options: PassOptions): tf.Tensor3D {
  return options.kernels
    ? runPacked(model, inputs, options.kernels, options.keys)
    : runPadded(model, inputs, options.keys);
}

function runPadded(model: AlbertModel, raw: TrainingBatch['inputs'], keys: DropoutKeys | undefined): tf.Tensor3D {
  const inputs = toInputs(model.config, raw);
  const parameters = lookUp(model.parameters);
  const embedded = embed(parameters, model.config, inputs);
  const dropout = keys && plainDropout(keys);
  return encode(parameters, model.config, embedded, inputs.attentionMask, dropout ? { dropout } : {});
}

function runPacked(
  model: AlbertModel,
  raw: TrainingBatch['inputs'],
  kernels: WasmKernels,
  keys: DropoutKeys | undefined,
): tf.Tensor3D {
  const { config } = model;
  const parameters = lookUp(model.parameters);
  const length = raw.inputIds[0]?.length ?? 0;
  const packing = pack(raw.attentionMask);
  const packed = (rows: readonly ArrayLike<number>[]): number[] =>
    Array.from(packing.rows, (place) => rows[Math.floor(place / length)]?.[place % length] ?? 0);
  const inputs = toInputs(config, {
    inputIds: [packed(raw.inputIds)],
    tokenTypeIds: [packed(raw.tokenTypeIds)],
    positionIds: [Array.from(packing.rows, (place) => place % length)],
  });
  const embedded = tf.squeeze<tf.Tensor2D>(embed(parameters, config, inputs), [0]);
  disposeInputs(inputs);
  const chains: readonly HeadChain[] = Object.values(heads[model.head].chains);
  const reads = chains.every((chain) => chain.reads === 'first') ? 'first' : 'all';
  const rows = encodePacked(kernels, parameters, config, embedded, packing, { keys, reads });
  return reads === 'first' ? tf.expandDims(rows, 1) : unpack(rows, packing, raw.inputIds.length);
}

/** Computes the head's outputs for a batch; for pretraining, only at masked positions. Call inside `tf.tidy`. */
export function runModel(model: AlbertModel, batch: TrainingBatch, options: PassOptions): HeadOutputs {
  const hidden = runEncoder(model, batch.inputs, options);
  return applyTrainingHead(model, batch, hidden, options.keys);
}

/** Applies the head to `hidden`. In pretraining, vocabulary logits are `[masked, vocabulary]`, only at masked positions. */
export function applyTrainingHead(
  model: AlbertModel,
  { targets }: TrainingBatch,
  hidden: tf.Tensor3D,
  keys: DropoutKeys | undefined,
): HeadOutputs {
  const { config, head } = model;
  const parameters = lookUp(model.parameters);
  const dropout = keys && plainDropout(keys);
  if (targets.kind !== 'pretraining') {
    const choices = targets.kind === 'choice' ? targets.choices : 1;
    return applyHead(parameters, config, head, hidden, { choices, ...(dropout && { dropout }) });
  }
  const [batch, length, width] = hidden.shape;
  const rows = tf.gather(tf.reshape(hidden, [batch * length, width]), tf.tensor1d([...targets.places], 'int32'));
  const masked = tf.reshape<tf.Rank.R3>(rows, [1, targets.places.length, width]);
  const { predictions, order } = heads.pretraining.chains;
  return {
    prediction_logits: tf.squeeze(applyChain(parameters, config, predictions, masked), [0]),
    sop_logits: applyChain(parameters, config, order, hidden, dropout),
  };
}
