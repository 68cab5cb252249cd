/**
 * Estimates the spread of values inside a model from its weights alone: means and variances are propagated through the layers
 * as if columns were independent.
 */
import { encoderLayers, layerParts, type AlbertConfig } from '../spec/index.ts';
import type { WeightReader } from './reader.ts';

/** Mean and variance of each column. */
export interface Spread {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Returns the spread of a linear layer's outputs. Reads row by row: all of them in f32 would be four times an int8 model. */
export function spreadLinear(weights: WeightReader, name: string, { mean, variance }: Spread): Spread {
  const bias = weights.float32(`${name}.bias`);
  const result = { mean: Float64Array.from(bias), variance: new Float64Array(bias.length) };
  const scratch = new Float32Array(mean.length);
  for (let output = 0; output < bias.length; output++) {
    const row = weights.rows(`${name}.weight`, [output], scratch);
    let sum = bias[output] ?? 0;
    let squares = 0;
    for (let i = 0; i < row.length; i++) {
      const weight = row[i] ?? 0;
      sum += weight * (mean[i] ?? 0);
      squares += weight * weight * (variance[i] ?? 0);
    }
    result.mean[output] = sum;
    result.variance[output] = squares;
  }
  return result;
}

/** Returns the spread of a LayerNorm's outputs, judging by its weights alone. */
export function spreadNormalized(weights: WeightReader, name: string): Spread {
  return {
    mean: Float64Array.from(weights.float32(`${name}.bias`)),
    variance: Float64Array.from(weights.float32(`${name}.weight`), (weight) => weight * weight),
  };
}

/**
 * Returns the standard deviation of a query's attention scores over keys, in the head where it is largest. It is a few units in
 * trained models. If scores are hundreds apart, their softmax depends on their last bits.
 */
export function attentionScoreDeviation(config: AlbertConfig, weights: WeightReader): number {
  const deviations = new Map<string, number>();
  let hidden = 'encoder.embedding_hidden_mapping_in';
  for (const names of encoderLayers(config).flat()) {
    const { query, key, outputNorm } = layerParts(names);
    const pass = `${hidden} ${names.attention}`;
    if (!deviations.has(pass)) {
      const input = hidden.endsWith('mapping_in')
        ? spreadLinear(weights, hidden, spreadNormalized(weights, 'embeddings.LayerNorm'))
        : spreadNormalized(weights, hidden);
      const scores = spreadScores(config, spreadLinear(weights, query, input), spreadLinear(weights, key, input));
      deviations.set(pass, Math.sqrt(Math.max(...scores)));
    }
    hidden = outputNorm;
  }
  return Math.max(0, ...deviations.values());
}

/** Returns the variance of each head's scores over keys. The mean of the keys shifts all scores equally, so it is left out. */
function spreadScores({ num_attention_heads: heads }: AlbertConfig, queries: Spread, keys: Spread): Float64Array {
  const size = keys.mean.length / heads;
  const variances = new Float64Array(heads);
  keys.variance.forEach((variance, i) => {
    const square = (queries.mean[i] ?? 0) ** 2 + (queries.variance[i] ?? 0);
    const head = Math.floor(i / size);
    variances[head] = (variances[head] ?? 0) + (square * variance) / size;
  });
  return variances;
}
