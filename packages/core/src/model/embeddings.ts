/** Factorized embeddings (paper, section 3.1): tables of width `embedding_size`, mapped to `hidden_size` by the encoder. */
import * as tf from '@tensorflow/tfjs-core';
import type { AlbertConfig } from '../spec/index.ts';
import type { AlbertInputs } from '../inputs/input-tensors.ts';
import { layerNorm } from './ops.ts';
import type { Parameters } from './parameters.ts';

/** Computes word + position + token type, normalized: `[batch, length, embedding]`. Dropout follows in the encoder. */
export function embed(parameters: Parameters, config: AlbertConfig, inputs: AlbertInputs): tf.Tensor3D {
  const { inputIds, inputsEmbeds, positionIds, tokenTypeIds } = inputs;
  const words = inputsEmbeds ?? look(parameters('embeddings.word_embeddings.weight'), inputIds);
  const positions = look(parameters('embeddings.position_embeddings.weight'), positionIds); // [length or batch, ...]
  const types = look(parameters('embeddings.token_type_embeddings.weight'), tokenTypeIds);
  const sum = tf.add(tf.add(words, types), positions);
  return layerNorm(sum, parameters, 'embeddings.LayerNorm', config.layer_norm_eps) as tf.Tensor3D;
}

/** Looks up rows of a table by id: `[...ids] -> [...ids, width]`. */
function look(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.gather(table, tf.reshape(ids, [-1])), [...ids.shape, table.shape[1] ?? 0]);
}
