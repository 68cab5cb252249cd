/** What reads the encoder's output: the pooler and Hugging Face's six heads, in plain differentiable tfjs ops. */
import * as tf from '@tensorflow/tfjs-core';
import type { AlbertConfig } from './config.ts';
import type { Dropout } from './encoder.ts';
import type { Head } from './layout.ts';
import { usesPooler } from './layout.ts';
import { activate, layerNorm, linear } from './ops.ts';
import type { Parameters } from './parameters.ts';

/**
 * Named outputs, with Hugging Face's names. Which of them there are depends on the head:
 * base `last_hidden_state` `[batch, length, hidden]`, `pooler_output` `[batch, hidden]`; masked_lm and token_classification
 * `logits` `[batch, length, vocabulary | labels]`; pretraining `prediction_logits` and `sop_logits` `[batch, 2]`;
 * sequence_classification `logits` `[batch, labels]`; question_answering `start_logits` and `end_logits` `[batch, length]`;
 * multiple_choice `logits` `[batch, choices]`.
 */
export type HeadOutputs = Readonly<Record<string, tf.Tensor>>;

/** Applies a head to `hidden` `[batch, length, hidden]`. `choices` groups rows for multiple choice. Call inside `tf.tidy`. */
export function applyHead(
  parameters: Parameters,
  config: AlbertConfig,
  head: Head,
  hidden: tf.Tensor3D,
  { dropout, choices = 1 }: { readonly dropout?: Dropout; readonly choices?: number } = {},
): HeadOutputs {
  const drop = (x: tf.Tensor): tf.Tensor =>
    dropout && config.classifier_dropout_prob > 0 ? dropout(x, config.classifier_dropout_prob) : x;
  const pooled = usesPooler(head) ? pool(parameters, hidden) : undefined;
  switch (head) {
    case 'encoder':
    case 'base':
      return { last_hidden_state: hidden, ...(pooled && { pooler_output: pooled }) };
    case 'masked_lm':
      return { logits: predictTokens(parameters, config, hidden) };
    case 'pretraining':
      return {
        prediction_logits: predictTokens(parameters, config, hidden),
        sop_logits: linear(drop(pooled ?? hidden), parameters, 'sop_classifier.classifier'),
      };
    case 'sequence_classification':
      return { logits: linear(drop(pooled ?? hidden), parameters, 'classifier') };
    case 'token_classification':
      return { logits: linear(drop(hidden), parameters, 'classifier') };
    case 'question_answering': {
      const [start, end] = tf.unstack(linear(hidden, parameters, 'qa_outputs'), -1);
      return { start_logits: start ?? hidden, end_logits: end ?? hidden };
    }
    case 'multiple_choice':
      return { logits: tf.reshape(linear(drop(pooled ?? hidden), parameters, 'classifier'), [-1, choices]) };
  }
}

/**
 * Logits of a linear head that were computed elsewhere, `[rows, labels]` on the host, by the names and shapes of
 * {@link applyHead}. The tensors stay on the host until tfjs computes with them: reading them back costs nothing.
 */
export function nameLogits(
  head: Head,
  values: Float32Array,
  { batch, length, choices }: { readonly batch: number; readonly length: number; readonly choices: number },
): HeadOutputs {
  switch (head) {
    case 'question_answering': {
      const every = (side: 0 | 1): tf.Tensor =>
        tf.tensor2d(
          values.filter((_, i) => i % 2 === side),
          [batch, length],
        );
      return { start_logits: every(0), end_logits: every(1) };
    }
    case 'multiple_choice':
      return { logits: tf.tensor2d(values, [batch / choices, choices]) };
    case 'token_classification':
      return { logits: tf.tensor3d(values, [batch, length, values.length / (batch * length)]) };
    default:
      return { logits: tf.tensor2d(values, [batch, values.length / batch]) };
  }
}

/** `tanh(W h[:, 0] + b)`: `[batch, length, hidden] -> [batch, hidden]`. */
export function pool(parameters: Parameters, hidden: tf.Tensor3D): tf.Tensor2D {
  const [batch, , size] = hidden.shape;
  const first = tf.reshape(tf.slice(hidden, [0, 0, 0], [batch, 1, size]), [batch, size]);
  return tf.tanh(linear(first, parameters, 'pooler')) as tf.Tensor2D;
}

/** Vocabulary logits; the decoder is the word embedding itself (tied), `[vocabulary, embedding]`. */
function predictTokens(parameters: Parameters, config: AlbertConfig, hidden: tf.Tensor3D): tf.Tensor {
  const [batch, length] = hidden.shape;
  const dense = activate(linear(hidden, parameters, 'predictions.dense'), config.hidden_act);
  const normal = layerNorm(dense, parameters, 'predictions.LayerNorm', config.layer_norm_eps); // [batch, length, embedding]
  const decoder = tf.transpose(parameters('embeddings.word_embeddings.weight')); // [embedding, vocabulary]
  const logits = tf.matMul(tf.reshape(normal, [batch * length, config.embedding_size]), decoder);
  return tf.reshape(tf.add(logits, parameters('predictions.bias')), [batch, length, config.vocab_size]);
}
