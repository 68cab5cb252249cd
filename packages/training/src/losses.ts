import * as tf from '@tensorflow/tfjs-core';
import type { HeadOutputs } from '@albert-web/core';
import type { TrainingBatch } from './targets.ts';

/** Computes the mean loss of a batch on the tape. Sources: `classifier_utils.py`, `run_squad_v1.py`, `run_pretraining.py`. */
export function lossOf(outputs: HeadOutputs, { targets, inputs }: TrainingBatch): tf.Scalar {
  const output = (name: string): tf.Tensor2D => outputs[name] as tf.Tensor2D;
  switch (targets.kind) {
    case 'classes':
      return crossEntropy(output('logits'), targets.classes);
    case 'choice':
      return crossEntropy(output('logits'), targets.correct);
    case 'values':
      return tf.mean<tf.Scalar>(
        tf.squaredDifference(tf.reshape(output('logits'), [-1]), tf.tensor1d([...targets.values])),
      );
    case 'span': {
      const hidden = hidePadding(inputs.attentionMask);
      const start = crossEntropy(tf.add(output('start_logits'), hidden), targets.starts);
      const end = crossEntropy(tf.add(output('end_logits'), hidden), targets.ends);
      return tf.div<tf.Scalar>(tf.add(start, end), 2);
    }
    case 'pretraining': {
      const masked = crossEntropy(output('prediction_logits'), targets.ids);
      return tf.add<tf.Scalar>(masked, crossEntropy(output('sop_logits'), targets.swapped));
    }
  }
}

/** Computes the mean of `-log softmax(logits)[class]` over rows. `logits` is `[rows, classes]`. */
function crossEntropy(logits: tf.Tensor2D, classes: readonly number[]): tf.Scalar {
  const chosen = tf.oneHot(tf.tensor1d([...classes], 'int32'), logits.shape[1]);
  return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(tf.logSoftmax(logits), chosen), -1)));
}

/** Returns logits to add, `[batch, length]`: 0 at tokens; at padding, low enough that the probability becomes 0. */
export function hidePadding(mask: readonly ArrayLike<number>[]): tf.Tensor2D {
  const rows = mask.map((row) => Array.from(row, (visible) => (visible ? 0 : -10000)));
  return tf.tensor2d(rows);
}
