/**
 * ALBERT's encoder in plain tfjs ops: the reference for every fast executor.
 *
 * Source: Lan et al. 2019, section 3; google-research/albert `modeling.py`; huggingface/transformers
 * `models/albert/modeling_albert.py`. Runs on every tfjs backend and has gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { activate, layerNorm, linear } from './ops.ts';
import type { Parameters } from './parameters.ts';
import type { AlbertConfig, AttentionParts, LayerNames } from '../spec/index.ts';
import { encoderLayers, headSize, layerParts } from '../spec/index.ts';

/** Zeroes elements at `rate` and rescales the rest. Only training passes one. */
export type Dropout = (x: tf.Tensor, rate: number) => tf.Tensor;

/** Options of one pass through the encoder. */
export interface EncoderOptions {
  /** Hidden layers to run; default all. */
  readonly depth?: number;
  /** Continue from the output of hidden layer `from`, passed as `embedded`. Default 0: start at the embeddings. */
  readonly from?: number;
  readonly dropout?: Dropout;
  /** Receives the mapped embeddings, then the output of every hidden layer: `[batch, length, hidden]`. */
  readonly onHidden?: (hidden: tf.Tensor3D) => void;
  /** Receives the attention probabilities of every inner layer: `[batch, heads, length, length]`. */
  readonly onAttention?: (probabilities: tf.Tensor4D) => void;
}

/**
 * Encodes `embedded` `[batch, length, embedding]` with `mask` `[batch, length]` (1 token, 0 padding) to
 * `[batch, length, hidden]`. Call inside `tf.tidy`; a callback must clone or keep the tensors it needs later.
 */
export function encode(
  parameters: Parameters,
  config: AlbertConfig,
  embedded: tf.Tensor3D,
  mask: tf.Tensor2D,
  options: EncoderOptions = {},
): tf.Tensor3D {
  const { depth = config.num_hidden_layers, from = 0 } = options;
  const layers = encoderLayers(config).slice(from, depth);
  const visible = visibleKeys(mask);
  let hidden: tf.Tensor = from > 0 ? embedded : mapEmbeddings(parameters, config, embedded, options);
  options.onHidden?.(hidden as tf.Tensor3D);
  for (const innerLayers of layers) {
    for (const names of innerLayers) hidden = albertLayer(parameters, config, names, hidden, visible, options);
    options.onHidden?.(hidden as tf.Tensor3D);
  }
  return hidden as tf.Tensor3D;
}

/** Maps `[batch, length, embedding]` to `[batch, length, hidden]`. */
function mapEmbeddings(
  parameters: Parameters,
  { hidden_dropout_prob }: AlbertConfig,
  embedded: tf.Tensor3D,
  options: EncoderOptions,
): tf.Tensor {
  return linear(drop(embedded, hidden_dropout_prob, options), parameters, 'encoder.embedding_hidden_mapping_in');
}

/** One layer: attention, then feed-forward, each added to its input and normalized after (post-LN). */
function albertLayer(
  parameters: Parameters,
  config: AlbertConfig,
  names: LayerNames,
  hidden: tf.Tensor, // [batch, length, hidden]
  visible: VisibleKeys,
  options: EncoderOptions,
): tf.Tensor {
  const { hidden_act, hidden_dropout_prob, layer_norm_eps } = config;
  const parts = layerParts(names);
  const context = attend(parameters, config, parts, hidden, visible, options);
  const projected = drop(linear(context, parameters, parts.attentionOutput), hidden_dropout_prob, options);
  const attended = layerNorm(tf.add(hidden, projected), parameters, parts.attentionNorm, layer_norm_eps);

  const inner = activate(linear(attended, parameters, parts.ffn), hidden_act); // [batch, length, intermediate]
  const outer = drop(linear(inner, parameters, parts.ffnOutput), hidden_dropout_prob, options);
  return layerNorm(tf.add(attended, outer), parameters, parts.outputNorm, layer_norm_eps);
}

/** Multi-head self-attention without its output projection: `[batch, length, hidden] -> [batch, length, hidden]`. */
function attend(
  parameters: Parameters,
  config: AlbertConfig,
  { query: queryName, key: keyName, value: valueName }: AttentionParts,
  hidden: tf.Tensor,
  visible: VisibleKeys,
  options: EncoderOptions,
): tf.Tensor {
  const [batch = 0, length = 0] = hidden.shape;
  const heads = config.num_attention_heads;
  const size = headSize(config);
  const split = (name: string): tf.Tensor4D =>
    tf.reshape(linear(hidden, parameters, name), [batch, length, heads, size]);
  const query = tf.transpose(split(queryName), [0, 2, 1, 3]); // [batch, heads, length, size]
  const key = tf.transpose(split(keyName), [0, 2, 3, 1]); // [batch, heads, size, length]
  const value = tf.transpose(split(valueName), [0, 2, 1, 3]); // [batch, heads, length, size]

  const scores = tf.mul(tf.matMul(query, key), 1 / Math.sqrt(size)); // [batch, heads, length, length]
  const probabilities = tf.softmax(maskScores(scores, visible));
  options.onAttention?.(probabilities as tf.Tensor4D);
  const dropped = drop(probabilities, config.attention_probs_dropout_prob, options);
  const context = tf.transpose(tf.matMul(dropped, value), [0, 2, 1, 3]); // [batch, length, heads, size]
  return tf.reshape(context, [batch, length, heads * size]);
}

/** `keep` is 1 and `floor` 0 at keys that may be seen; 0 and a very low score at padding. Both `[batch, 1, 1, length]`. */
interface VisibleKeys {
  readonly keep: tf.Tensor;
  readonly floor: tf.Tensor;
}

/**
 * Returns the score of a hidden key, so low that its exponential is 0 next to any real score's. A row whose keys are all
 * padding gets equal scores, hence equal probabilities. This is not Hugging Face's `finfo.min`, because on WebGL tfjs starts
 * its search for a row's maximum at -1e20.
 */
function hiddenScore(): number {
  const halfFloats = tf.getBackend() === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
  return halfFloats ? -65504 : -1e19;
}

function visibleKeys(mask: tf.Tensor2D): VisibleKeys {
  const [batch, length] = mask.shape;
  const keep = tf.reshape(tf.cast(mask, 'float32'), [batch, 1, 1, length]);
  return { keep, floor: tf.mul(tf.sub(1, keep), hiddenScore()) };
}

function maskScores(scores: tf.Tensor, { keep, floor }: VisibleKeys): tf.Tensor {
  return tf.add(tf.mul(scores, keep), floor);
}

function drop(x: tf.Tensor, rate: number, { dropout }: EncoderOptions): tf.Tensor {
  return dropout && rate > 0 ? dropout(x, rate) : x;
}
