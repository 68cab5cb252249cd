/**
 * A model's weights, with their names and shapes, and which of them each layer uses.
 *
 * This is the one place that knows the checkpoint's names; the model, the executors, the parameter count and the
 * converters all read it from here. Names are Hugging Face's, without the `albert.` prefix that models with a head have.
 */
import type { AlbertConfig } from './config.ts';
import { headChains, headOf, shapeOf, type Head, type HeadChain } from './heads.ts';
import { crossLayerSharings } from './sharing.ts';

/** The weights of a layer: the name prefixes of its two halves. Equal prefixes mean the same weights. */
export interface LayerNames {
  /** Prefix of the attention half: see `attentionParts`. */
  readonly attention: string;
  /** Prefix of the feed-forward half: see `feedForwardParts`. */
  readonly feedForward: string;
}

/** Name and shape of one weight as the checkpoint stores it (matrices are `[out, in]`, PyTorch's order). */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Returns the layers to run, in order: `encoderLayers(config)[i]` are the inner layers of hidden layer `i`.
 *
 * Layer `i` uses group `floor(i / (num_hidden_layers / num_hidden_groups))` (`modeling_albert.py`). A half that is not shared
 * (paper, section 3.1) has a group of its own for every layer.
 */
export function encoderLayers(config: AlbertConfig): LayerNames[][] {
  const { num_hidden_layers: layers, num_hidden_groups: groups, inner_group_num: inner } = config;
  const shared = crossLayerSharings[config.cross_layer_sharing];
  const prefix = (group: number, index: number): string =>
    `encoder.albert_layer_groups.${group}.albert_layers.${index}`;
  return Array.from({ length: layers }, (_, layer) => {
    const sharedGroup = Math.floor(layer / (layers / groups));
    const attentionGroup = shared.attention ? sharedGroup : layer;
    const feedForwardGroup = shared.feedForward ? sharedGroup : layer;
    return Array.from({ length: inner }, (_, index) => ({
      attention: `${prefix(attentionGroup, index)}.attention`,
      feedForward: prefix(feedForwardGroup, index),
    }));
  });
}

/** The parts of an attention half, as prefixes of `weight` and `bias`. */
export interface AttentionParts {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** The projection of the heads' outputs. */
  readonly attentionOutput: string;
  readonly attentionNorm: string;
}

/** The parts of a feed-forward half, as prefixes of `weight` and `bias`. */
export interface FeedForwardParts {
  readonly ffn: string;
  readonly ffnOutput: string;
  readonly outputNorm: string;
}

/** The parts of one layer. Everything that packs or runs a layer finds its weights here. */
export type LayerParts = AttentionParts & FeedForwardParts;

/** Returns the parts of the attention half with this prefix. */
export function attentionParts(prefix: string): AttentionParts {
  return {
    query: `${prefix}.query`,
    key: `${prefix}.key`,
    value: `${prefix}.value`,
    attentionOutput: `${prefix}.dense`,
    attentionNorm: `${prefix}.LayerNorm`,
  };
}

/** Returns the parts of the feed-forward half with this prefix. */
export function feedForwardParts(prefix: string): FeedForwardParts {
  return {
    ffn: `${prefix}.ffn`,
    ffnOutput: `${prefix}.ffn_output`,
    outputNorm: `${prefix}.full_layer_layer_norm`,
  };
}

/** Returns the parts of a layer. */
export function layerParts({ attention, feedForward }: LayerNames): LayerParts {
  return { ...attentionParts(attention), ...feedForwardParts(feedForward) };
}

/** Lists the embedding tables and their LayerNorm. */
export function embeddingWeights(config: AlbertConfig): WeightSpec[] {
  const { embedding_size: embedding } = config;
  return [
    { name: 'embeddings.word_embeddings.weight', shape: [config.vocab_size, embedding] },
    { name: 'embeddings.position_embeddings.weight', shape: [config.max_position_embeddings, embedding] },
    { name: 'embeddings.token_type_embeddings.weight', shape: [config.type_vocab_size, embedding] },
    ...layerNorm('embeddings.LayerNorm', embedding),
  ];
}

/** Lists the mapping from embedding to hidden size, and every layer's weights, each once even if several layers share it. */
export function encoderWeights(config: AlbertConfig): WeightSpec[] {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const halves = new Map<string, WeightSpec[]>();
  for (const { attention, feedForward } of encoderLayers(config).flat()) {
    const { attentionNorm, ...square } = attentionParts(attention);
    const { ffn, ffnOutput, outputNorm } = feedForwardParts(feedForward);
    halves.set(attention, [
      ...Object.values(square).flatMap((name) => linear(name, hidden, hidden)),
      ...layerNorm(attentionNorm, hidden),
    ]);
    halves.set(feedForward, [
      ...linear(ffn, intermediate, hidden),
      ...linear(ffnOutput, hidden, intermediate),
      ...layerNorm(outputNorm, hidden),
    ]);
  }
  return [...linear('encoder.embedding_hidden_mapping_in', hidden, embedding), ...[...halves.values()].flat()];
}

/**
 * Lists the weights of a head, starting with the pooler if it has one, as in checkpoints. A tied decoder is the word
 * embeddings themselves, so only its bias is listed.
 */
export function headWeights(config: AlbertConfig, head: Head): WeightSpec[] {
  const weights = headChains(head, config).flatMap((chain) => chainWeights(config, chain));
  const isPooler = ({ name }: WeightSpec): boolean => name.startsWith('pooler.');
  return [...weights.filter(isPooler), ...weights.filter((spec) => !isPooler(spec))];
}

function chainWeights(config: AlbertConfig, { steps }: HeadChain): WeightSpec[] {
  let width = config.hidden_size;
  return steps.flatMap((step) => {
    if ('layerNorm' in step) return layerNorm(step.layerNorm, width);
    if ('tied' in step) return [{ name: step.bias, shape: [config.vocab_size] }];
    const input = width;
    [width = NaN] = shapeOf([step.size], config);
    return linear(step.linear, width, input);
  });
}

/** Lists every weight of a model with this head, each once, in checkpoint order. */
export function modelWeights(config: AlbertConfig, head: Head = headOf(config)): WeightSpec[] {
  return [...embeddingWeights(config), ...encoderWeights(config), ...headWeights(config, head)];
}

/**
 * Counts the parameters of a model with this head. An unfactorized model (`embedding_size` = `hidden_size`), such as BERT,
 * needs no mapping between the two, so none is counted.
 */
export function countParameters(config: AlbertConfig, head: Head = 'base'): number {
  const factorized = config.embedding_size !== config.hidden_size;
  return modelWeights(config, head)
    .filter(({ name }) => factorized || !name.startsWith('encoder.embedding_hidden_mapping_in.'))
    .reduce((total, { shape }) => total + shape.reduce((size, side) => size * side, 1), 0);
}

function linear(name: string, output: number, input: number): WeightSpec[] {
  return [
    { name: `${name}.weight`, shape: [output, input] },
    { name: `${name}.bias`, shape: [output] },
  ];
}

function layerNorm(name: string, size: number): WeightSpec[] {
  return [
    { name: `${name}.weight`, shape: [size] },
    { name: `${name}.bias`, shape: [size] },
  ];
}
