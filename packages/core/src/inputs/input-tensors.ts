/** A batch as tensors, for the plain model. */
import { allocate } from '@albert-web/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { RawInputs } from './inputs.ts';
import { checkInputs } from './inputs.ts';
import type { AlbertConfig } from '../spec/index.ts';

/** A batch as tensors, which the caller owns and disposes. */
export interface AlbertInputs {
  /** `[batch, length]` int32. */
  readonly inputIds: tf.Tensor2D;
  /** `[batch, length]` int32, 1 for tokens and 0 for padding. */
  readonly attentionMask: tf.Tensor2D;
  /** `[batch, length]` int32. */
  readonly tokenTypeIds: tf.Tensor2D;
  /** `[1 or batch, length]` int32. */
  readonly positionIds: tf.Tensor2D;
  /** `[batch, length, embedding]` f32: word embeddings to use instead of looking up `inputIds`. */
  readonly inputsEmbeds?: tf.Tensor3D;
}

/** Converts a batch to tensors. @throws ModelInputError */
export function toInputs(config: AlbertConfig, raw: RawInputs): AlbertInputs {
  checkInputs(config, raw);
  const length = raw.inputIds[0]?.length ?? 0;
  return {
    inputIds: matrix(raw.inputIds, length),
    attentionMask: raw.attentionMask
      ? matrix(raw.attentionMask, length)
      : tf.ones([raw.inputIds.length, length], 'int32'),
    tokenTypeIds: raw.tokenTypeIds
      ? matrix(raw.tokenTypeIds, length)
      : tf.zeros([raw.inputIds.length, length], 'int32'),
    positionIds: raw.positionIds
      ? matrix(raw.positionIds, length)
      : tf.reshape(tf.range(0, length, 1, 'int32'), [1, length]),
  };
}

/** Frees the tensors of `toInputs`. */
export function disposeInputs(inputs: AlbertInputs): void {
  tf.dispose([inputs.inputIds, inputs.attentionMask, inputs.tokenTypeIds, inputs.positionIds]);
  inputs.inputsEmbeds?.dispose();
}

function matrix(rows: readonly ArrayLike<number>[], length: number): tf.Tensor2D {
  const values = allocate(Int32Array, rows.length * length);
  rows.forEach((row, index) => values.set(Array.from(row), index * length));
  return tf.tensor2d(values, [rows.length, length], 'int32');
}
