/**
 * Which weights a model has, under which names, in which shapes, and which of them each layer uses.
 *
 * This is the one place that knows the checkpoint's names; the model, the executors, the parameter count and the
 * converters all read it from here. Names are Hugging Face's, without the `albert.` prefix that models with a head have.
 */
import type { AlbertConfig } from './config.ts';
import { numLabels } from './config.ts';

/** What a layer computes with: the name prefixes of its two halves. Equal prefixes mean the same weights. */
export interface LayerNames {
  /** Prefix of the attention half: `query`, `key`, `value`, `dense`, `LayerNorm` under it. */
  readonly attention: string;
  /** Prefix of the feed-forward half: `ffn`, `ffn_output`, `full_layer_layer_norm` under it. */
  readonly feedForward: string;
}

/** The heads Hugging Face has for ALBERT; `base` is the encoder with its pooler, `encoder` the same without. */
export type Head =
  | 'encoder'
  | 'base'
  | 'pretraining'
  | 'masked_lm'
  | 'sequence_classification'
  | 'token_classification'
  | 'question_answering'
  | 'multiple_choice';

/** Name and shape of one weight as the checkpoint stores it (matrices are `[out, in]`, PyTorch's order). */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

const architectureHeads: Readonly<Record<string, Head>> = {
  AlbertModel: 'base',
  AlbertForPreTraining: 'pretraining',
  AlbertForMaskedLM: 'masked_lm',
  AlbertForSequenceClassification: 'sequence_classification',
  AlbertForTokenClassification: 'token_classification',
  AlbertForQuestionAnswering: 'question_answering',
  AlbertForMultipleChoice: 'multiple_choice',
};

/** The head that `architectures` names; a configuration that names none is a base model. */
export function headOf(config: AlbertConfig): Head {
  for (const name of config.architectures) {
    const head = architectureHeads[name];
    if (head) return head;
  }
  return 'base';
}

/** The class name that goes into `architectures` for a head. */
export function architectureOf(head: Head): string {
  return Object.keys(architectureHeads).find((name) => architectureHeads[name] === head) ?? 'AlbertModel';
}

/**
 * The layers to run, in order: `encoderLayers(config)[i]` are the inner layers of hidden layer `i`.
 *
 * Layer `i` uses group `floor(i / (num_hidden_layers / num_hidden_groups))` (`modeling_albert.py`). What is not shared
 * (paper, section 3.1) takes a group of its own for every layer.
 */
export function encoderLayers(config: AlbertConfig): LayerNames[][] {
  const {
    num_hidden_layers: layers,
    num_hidden_groups: groups,
    inner_group_num: inner,
    cross_layer_sharing: sharing,
  } = config;
  const prefix = (group: number, index: number): string =>
    `encoder.albert_layer_groups.${group}.albert_layers.${index}`;
  return Array.from({ length: layers }, (_, layer) => {
    const sharedGroup = Math.floor(layer / (layers / groups));
    const attentionGroup = sharing === 'all' || sharing === 'attention' ? sharedGroup : layer;
    const feedForwardGroup = sharing === 'all' || sharing === 'ffn' ? sharedGroup : layer;
    return Array.from({ length: inner }, (_, index) => ({
      attention: `${prefix(attentionGroup, index)}.attention`,
      feedForward: prefix(feedForwardGroup, index),
    }));
  });
}

/** The embedding tables and their LayerNorm. */
export function embeddingWeights(config: AlbertConfig): WeightSpec[] {
  const { embedding_size: embedding } = config;
  return [
    { name: 'embeddings.word_embeddings.weight', shape: [config.vocab_size, embedding] },
    { name: 'embeddings.position_embeddings.weight', shape: [config.max_position_embeddings, embedding] },
    { name: 'embeddings.token_type_embeddings.weight', shape: [config.type_vocab_size, embedding] },
    ...layerNorm('embeddings.LayerNorm', embedding),
  ];
}

/** The mapping from embedding to hidden size, and every layer's weights, each once however many layers share it. */
export function encoderWeights(config: AlbertConfig): WeightSpec[] {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const halves = new Map<string, WeightSpec[]>();
  for (const { attention, feedForward } of encoderLayers(config).flat()) {
    halves.set(attention, [
      ...['query', 'key', 'value', 'dense'].flatMap((name) => linear(`${attention}.${name}`, hidden, hidden)),
      ...layerNorm(`${attention}.LayerNorm`, hidden),
    ]);
    halves.set(feedForward, [
      ...linear(`${feedForward}.ffn`, intermediate, hidden),
      ...linear(`${feedForward}.ffn_output`, hidden, intermediate),
      ...layerNorm(`${feedForward}.full_layer_layer_norm`, hidden),
    ]);
  }
  return [...linear('encoder.embedding_hidden_mapping_in', hidden, embedding), ...[...halves.values()].flat()];
}

/**
 * The weights of a head with the pooler it reads, if any. The masked-LM decoder is the word embedding itself (tied), so
 * only its bias is listed.
 */
export function headWeights(config: AlbertConfig, head: Head): WeightSpec[] {
  const { hidden_size: hidden } = config;
  return [...(usesPooler(head) ? linear('pooler', hidden, hidden) : []), ...classifierWeights(config, head)];
}

/** Whether a head reads the pooled first token; those that read every token have no pooler (`add_pooling_layer=False`). */
export function usesPooler(head: Head): boolean {
  return head === 'base' || head === 'pretraining' || head === 'sequence_classification' || head === 'multiple_choice';
}

/** A head whose logits are one linear layer over the pooled first token, or over every token. */
export interface LinearHead {
  /** Prefix of the layer's weight and bias. */
  readonly classifier: string;
  readonly reads: 'pooled' | 'tokens';
}

/** How a head makes its logits; undefined for those that give hidden states or predict words. */
export function linearHead(head: Head): LinearHead | undefined {
  switch (head) {
    case 'sequence_classification':
    case 'multiple_choice':
      return { classifier: 'classifier', reads: 'pooled' };
    case 'token_classification':
      return { classifier: 'classifier', reads: 'tokens' };
    case 'question_answering':
      return { classifier: 'qa_outputs', reads: 'tokens' };
    default:
      return undefined;
  }
}

/** Every weight of a model with this head, each once, in checkpoint order. */
export function modelWeights(config: AlbertConfig, head: Head = headOf(config)): WeightSpec[] {
  return [...embeddingWeights(config), ...encoderWeights(config), ...headWeights(config, head)];
}

/**
 * Number of parameters of a model with this head. An unfactorized model (`embedding_size` = `hidden_size`), such as BERT,
 * needs no mapping between the two, so none is counted.
 */
export function countParameters(config: AlbertConfig, head: Head = 'base'): number {
  const factorized = config.embedding_size !== config.hidden_size;
  return modelWeights(config, head)
    .filter(({ name }) => factorized || !name.startsWith('encoder.embedding_hidden_mapping_in.'))
    .reduce((total, { shape }) => total + shape.reduce((size, side) => size * side, 1), 0);
}

function classifierWeights(config: AlbertConfig, head: Head): WeightSpec[] {
  const { embedding_size: embedding, hidden_size: hidden } = config;
  const predictions = [
    ...linear('predictions.dense', embedding, hidden),
    ...layerNorm('predictions.LayerNorm', embedding),
    { name: 'predictions.bias', shape: [config.vocab_size] },
  ];
  switch (head) {
    case 'encoder':
    case 'base':
      return [];
    case 'masked_lm':
      return predictions;
    case 'pretraining':
      return [...predictions, ...linear('sop_classifier.classifier', 2, hidden)];
    case 'sequence_classification':
    case 'token_classification':
      return linear('classifier', numLabels(config), hidden);
    case 'question_answering':
      return linear('qa_outputs', 2, hidden);
    case 'multiple_choice':
      return linear('classifier', 1, hidden);
  }
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
