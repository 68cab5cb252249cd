/**
 * Finds outliers: columns of a linear layer's input with much larger values than the others. In int8 they would enlarge the step
 * of the whole row, so they are left out of it and multiplied in f32.
 *
 * They are found from the weights: means and variances of all columns are propagated through the layers. An estimate is enough,
 * because the choice affects only how finely results are rounded.
 */
import {
  encoderLayers,
  layerParts,
  spreadLinear,
  spreadNormalized,
  type AlbertConfig,
  type LayerNames,
  type Spread,
  type WeightReader,
} from '@albert-web/core';
import { applyActivation, type Activation, type ElementaryOperations } from '@albert-web/core/spec';
import { panelSize, panelsOf } from './panels.ts';

/** The input columns of linear layers that are multiplied in f32: whole panels, usually none. */
export interface EncoderOutliers {
  /** Columns of the hidden state between layers, the same for all layers. */
  readonly hidden: readonly number[];
  /** Columns of the inputs inside a layer, by the prefix of the half. */
  readonly feedForward: (prefix: string) => readonly number[];
  readonly context: (prefix: string) => readonly number[];
  readonly inner: (prefix: string) => readonly number[];
}

export function findOutliers(config: AlbertConfig, weights: WeightReader): EncoderOutliers {
  const reaches = new Map<string, Float64Array>();
  const note = (key: string, { mean, variance }: Spread): void => {
    const known = reaches.get(key);
    reaches.set(
      key,
      mean.map((value, i) => Math.max(known?.[i] ?? 0, Math.abs(value) + 3 * Math.sqrt(variance[i] ?? 0))),
    );
  };
  const passLayer = (hidden: Spread, { attention, feedForward }: LayerNames): Spread => {
    const parts = layerParts({ attention, feedForward });
    note('hidden', hidden);
    const context = spreadLinear(weights, parts.value, hidden);
    note(`context ${attention}`, context);
    const attended = spreadNorm(
      weights,
      parts.attentionNorm,
      hidden,
      spreadLinear(weights, parts.attentionOutput, context),
    );
    note(`feedForward ${feedForward}`, attended);
    const inner = spreadActivation(config.hidden_act, spreadLinear(weights, parts.ffn, attended));
    note(`inner ${feedForward}`, inner);
    return spreadNorm(weights, parts.outputNorm, attended, spreadLinear(weights, parts.ffnOutput, inner));
  };
  // Two rounds, so that shared layers also see their own output.
  const distinct = new Map(
    encoderLayers(config)
      .flat()
      .map((names) => [`${names.attention} ${names.feedForward}`, names]),
  );
  let hidden = spreadLinear(
    weights,
    'encoder.embedding_hidden_mapping_in',
    spreadNormalized(weights, 'embeddings.LayerNorm'),
  );
  for (let round = 0; round < 2; round++) {
    for (const names of distinct.values()) hidden = passLayer(hidden, names);
  }
  note('hidden', hidden);
  const chosen = (key: string): readonly number[] => furthest(reaches.get(key) ?? new Float64Array());
  return {
    hidden: chosen('hidden'),
    feedForward: (prefix) => chosen(`feedForward ${prefix}`),
    context: (prefix) => chosen(`context ${prefix}`),
    inner: (prefix) => chosen(`inner ${prefix}`),
  };
}

/** The factor by which another panel in f32 must reduce the reach of the rest: it costs as much as four in int8. */
const gain = 4 / 3;

/** At most one panel in 12 is in f32, which takes a third more time. */
const panelsPerOutlierPanel = 12;

/** Returns the columns worth multiplying in f32: whole panels, those with the largest values first. */
function furthest(reaches: Float64Array): readonly number[] {
  const order = Array.from(reaches.keys()).toSorted((a, b) => (reaches[b] ?? 0) - (reaches[a] ?? 0));
  const most = Math.ceil(panelsOf(reaches.length) / panelsPerOutlierPanel);
  let best = { panels: 0, cost: Infinity };
  for (let panels = 0; panels <= most && panels * panelSize < order.length; panels++) {
    const cost = (reaches[order[panels * panelSize] ?? NaN] ?? 0) * gain ** panels;
    if (cost < best.cost) best = { panels, cost };
  }
  return order.slice(0, best.panels * panelSize);
}

/** Returns the spread of a LayerNorm over the sum of two inputs. */
function spreadNorm(weights: WeightReader, name: string, a: Spread, b: Spread): Spread {
  const size = a.mean.length;
  const mean = a.mean.map((value, i) => value + (b.mean[i] ?? 0));
  const variance = a.variance.map((value, i) => value + (b.variance[i] ?? 0));
  const center = mean.reduce((sum, value) => sum + value, 0) / size;
  const square = mean.reduce((sum, value, i) => sum + (value - center) ** 2 + (variance[i] ?? 0), 0) / size;
  const scale = 1 / Math.sqrt(square || 1);
  const [weight, bias] = [weights.float32(`${name}.weight`), weights.float32(`${name}.bias`)];
  return {
    mean: mean.map((value, i) => (value - center) * scale * (weight[i] ?? 0) + (bias[i] ?? 0)),
    variance: variance.map((value, i) => value * (scale * (weight[i] ?? 0)) ** 2),
  };
}

/** Returns the spread of an activation, by integrating over a normal distribution at three points (Gauss-Hermite). */
function spreadActivation(activation: Activation, { mean, variance }: Spread): Spread {
  const result = { mean: new Float64Array(mean.length), variance: new Float64Array(mean.length) };
  mean.forEach((middle, i) => {
    const side = Math.sqrt(3 * (variance[i] ?? 0));
    const [low, center, high] = [middle - side, middle, middle + side].map((x) =>
      applyActivation(activation, numbers, x),
    ) as [number, number, number];
    const average = (low + 4 * center + high) / 6;
    result.mean[i] = average;
    result.variance[i] = (low ** 2 + 4 * center ** 2 + high ** 2) / 6 - average ** 2;
  });
  return result;
}

const numbers: ElementaryOperations<number> = {
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  cube: (a) => a ** 3,
  // Accurate to a thousandth.
  erf: (a) => Math.tanh(1.1283792 * a + 0.1009 * a ** 3),
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  relu: (a) => Math.max(a, 0),
};
