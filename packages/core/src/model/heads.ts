/** Hugging Face's heads on top of the encoder, as `spec/heads.ts` lists them, in plain differentiable tfjs ops. */
import * as tf from '@tensorflow/tfjs-core';
import type { Dropout } from './encoder.ts';
import { activate, layerNorm, linear } from './ops.ts';
import type { Parameters } from './parameters.ts';
import type { AlbertConfig, Head, HeadChain, HeadStep, LinearStep, TiedStep } from '../spec/index.ts';
import { headChains, shapeOf } from '../spec/index.ts';

/** Outputs by Hugging Face's names, in the shapes that `spec/heads.ts` gives. */
export type HeadOutputs = Readonly<Record<string, tf.Tensor>>;

/** How a head is applied. */
export interface HeadOptions {
  readonly dropout?: Dropout | undefined;
  /** Rows that belong to one question, for multiple choice. Default 1. */
  readonly choices?: number | undefined;
  /** For each row, the positions to which chains over all tokens are applied. Default: all. */
  readonly positions?: readonly (readonly number[])[] | undefined;
}

/** Applies a head to `hidden` `[batch, length, hidden]`. Call inside `tf.tidy`. */
export function applyHead(
  parameters: Parameters,
  config: AlbertConfig,
  head: Head,
  hidden: tf.Tensor3D,
  { dropout, choices = 1, positions }: HeadOptions = {},
): HeadOutputs {
  const tokens = positions ? gatherPositions(hidden, positions) : hidden;
  const [batch, length] = tokens.shape;
  const outputs = headChains(head, config).flatMap((chain) => {
    const result = applyChain(parameters, config, chain, chain.reads === 'all' ? tokens : hidden, dropout);
    return Object.entries(chain.outputs).map(([name, { shape, column }]) => {
      const own = column === undefined ? result : lastAxis(result, column);
      return [name, tf.reshape(own, shapeOf(shape, config, { batch, length, choices }))] as const;
    });
  });
  return Object.fromEntries(outputs);
}

/** Gathers positions of each row, `[batch, most, hidden]`; a shorter list repeats its last position. Call inside `tf.tidy`. */
export function gatherPositions(hidden: tf.Tensor3D, positions: readonly (readonly number[])[]): tf.Tensor3D {
  const most = Math.max(...positions.map((row) => row.length));
  const indices = positions.map((row) => Array.from({ length: most }, (_, i) => row[i] ?? row.at(-1) ?? 0));
  return tf.gather(hidden, tf.tensor2d(indices, undefined, 'int32'), 1, 1);
}

/** Computes the result of one chain: `[batch, size]` if it reads the first token, else `[batch, length, size]`. */
export function applyChain(
  parameters: Parameters,
  config: AlbertConfig,
  { reads, steps }: HeadChain,
  hidden: tf.Tensor3D,
  dropout?: Dropout,
): tf.Tensor {
  const [batch, , width] = hidden.shape;
  const input = reads === 'first' ? tf.reshape(tf.slice(hidden, [0, 0, 0], [batch, 1, width]), [batch, width]) : hidden;
  return steps.reduce<tf.Tensor>((x, step) => applyStep(parameters, config, step, x, dropout), input);
}

function applyStep(
  parameters: Parameters,
  config: AlbertConfig,
  step: HeadStep,
  x: tf.Tensor,
  dropout: Dropout | undefined,
): tf.Tensor {
  if ('layerNorm' in step) return layerNorm(x, parameters, step.layerNorm, config.layer_norm_eps);
  if ('tied' in step) return decode(parameters, step, x);
  const rate = step.dropout ? config.classifier_dropout_prob : 0;
  const product = linear(dropout && rate > 0 ? dropout(x, rate) : x, parameters, step.linear);
  return activateStep(product, step, config);
}

function activateStep(x: tf.Tensor, { activation }: LinearStep, { hidden_act }: AlbertConfig): tf.Tensor {
  if (activation === undefined) return x;
  return activate(x, activation === 'hidden_act' ? hidden_act : activation);
}

/** Computes vocabulary logits with the word embeddings: `[batch, length, embedding] -> [batch, length, vocabulary]`. */
function decode(parameters: Parameters, { tied, bias }: TiedStep, x: tf.Tensor): tf.Tensor {
  const decoder = tf.transpose(parameters(`${tied}.weight`)); // [embedding, vocabulary]
  const [embedding = 0, vocabulary = 0] = decoder.shape;
  const logits = tf.matMul(tf.reshape(x, [-1, embedding]), decoder);
  return tf.reshape(tf.add(logits, parameters(bias)), [...x.shape.slice(0, -1), vocabulary]);
}

/** Slices one column of the last axis, which keeps size 1. */
function lastAxis(x: tf.Tensor, column: number): tf.Tensor {
  const before = x.shape.slice(0, -1);
  return tf.slice(x, [...before.map(() => 0), column], [...before, 1]);
}
