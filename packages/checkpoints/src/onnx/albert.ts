/**
 * ALBERT as ONNX operations: the same model as `@albert-web/core`'s encoder, for engines outside the page.
 *
 * Source: Lan et al. 2019, section 3; huggingface/transformers `models/albert/modeling_albert.py`. GELU is written in
 * the operations of Hugging Face's `gelu_new`, a pattern that ONNX Runtime fuses.
 */
import { encoderLayers, headSize, type AlbertConfig, type Head, type LayerNames } from '@albert-web/core';
import type { GraphBuilder } from './graph.ts';
import { elementType } from './proto.ts';
import type { WeightedOperations } from './weights.ts';

/** Names of the graph's inputs, int64; `[batch, sequence]`, for multiple choice `[batch, choices, sequence]`. */
export const inputNames = ['input_ids', 'attention_mask', 'token_type_ids'] as const;

/** What the pieces of the model are built with. */
export interface Builder {
  readonly graph: GraphBuilder;
  readonly weights: WeightedOperations;
  readonly config: AlbertConfig;
}

/** Adds the whole model; its outputs carry Hugging Face's names. Returns the last hidden states. */
export function buildAlbert(builder: Builder, head: Head): string {
  const { graph } = builder;
  const [ids, mask, types] = inputNames.map((name) =>
    head === 'multiple_choice' ? graph.add('Flatten', [name], { axis: 2 }) : name,
  );
  const embedded = embeddings(builder, ids ?? '', types ?? '');
  let hidden = builder.weights.linear('encoder.embedding_hidden_mapping_in', embedded);
  const hiding = maskScores(builder, mask ?? '');
  const layers = encoderLayers(builder.config).flat();
  for (const names of layers) hidden = layer(builder, names, hidden, hiding);
  applyHead(builder, head, hidden);
  return hidden;
}

/** Word + position + token type, normalized: `[batch, sequence] -> [batch, sequence, embedding]`. */
function embeddings({ graph, weights, config }: Builder, ids: string, types: string): string {
  const words = weights.wordEmbeddings('embeddings.word_embeddings.weight', ids);
  const typeRows = graph.add('Gather', [weights.table('embeddings.token_type_embeddings.weight'), types]);
  const length = graph.add('Shape', [ids], { start: 1, end: 2 });
  const positions = graph.add('Slice', [
    weights.table('embeddings.position_embeddings.weight'),
    graph.integers(0),
    length,
    graph.integers(0),
  ]);
  const sum = graph.add('Add', [graph.add('Add', [words, typeRows]), positions]);
  return normalize({ graph, weights, config }, 'embeddings.LayerNorm', sum);
}

/** 0 where a key may be seen, the lowest f32 where it may not: `[batch, sequence] -> [batch, 1, 1, sequence]`. */
function maskScores({ graph }: Builder, mask: string): string {
  const seen = graph.add('Cast', [graph.add('Unsqueeze', [mask, graph.integers(1, 2)])], { to: elementType.float });
  return graph.add('Mul', [graph.add('Sub', [graph.scalar(1), seen]), graph.scalar(-3.4028234663852886e38)]);
}

function layer(builder: Builder, names: LayerNames, hidden: string, hiding: string): string {
  const { graph, weights } = builder;
  const projected = weights.linear(`${names.attention}.dense`, attend(builder, names.attention, hidden, hiding));
  const attended = normalize(builder, `${names.attention}.LayerNorm`, graph.add('Add', [hidden, projected]));
  const inner = activate(builder, weights.linear(`${names.feedForward}.ffn`, attended)); // [batch, sequence, intermediate]
  const outer = weights.linear(`${names.feedForward}.ffn_output`, inner);
  return normalize(builder, `${names.feedForward}.full_layer_layer_norm`, graph.add('Add', [outer, attended]));
}

function attend({ graph, weights, config }: Builder, name: string, hidden: string, hiding: string): string {
  const size = headSize(config);
  const split = (part: string, perm: readonly number[]): string => {
    const heads = graph.integers(0, 0, config.num_attention_heads, size);
    return graph.add('Transpose', [graph.add('Reshape', [weights.linear(`${name}.${part}`, hidden), heads])], { perm });
  };
  const query = split('query', [0, 2, 1, 3]); // [batch, heads, sequence, size]
  const key = split('key', [0, 2, 3, 1]); // [batch, heads, size, sequence]
  const value = split('value', [0, 2, 1, 3]); // [batch, heads, sequence, size]
  const scores = graph.add('Div', [graph.add('MatMul', [query, key]), graph.scalar(Math.sqrt(size))]);
  const probabilities = graph.add('Softmax', [graph.add('Add', [scores, hiding])], { axis: -1 });
  const context = graph.add('Transpose', [graph.add('MatMul', [probabilities, value])], { perm: [0, 2, 1, 3] });
  return graph.add('Reshape', [context, graph.integers(0, 0, config.hidden_size)]);
}

function normalize({ graph, weights, config }: Builder, name: string, x: string): string {
  const inputs = [x, weights.vector(`${name}.weight`), weights.vector(`${name}.bias`)];
  return graph.add('LayerNormalization', inputs, { axis: -1, epsilon: { float: config.layer_norm_eps } });
}

function activate({ graph, config }: Builder, x: string): string {
  if (config.hidden_act === 'relu') return graph.add('Relu', [x]);
  const half = graph.scalar(0.5);
  const one = graph.scalar(1);
  if (config.hidden_act === 'gelu') {
    const erf = graph.add('Erf', [graph.add('Div', [x, graph.scalar(Math.SQRT2)])]);
    return graph.add('Mul', [graph.add('Mul', [x, graph.add('Add', [erf, one])]), half]);
  }
  const cube = graph.add('Mul', [graph.add('Pow', [x, graph.scalar(3)]), graph.scalar(0.044715)]);
  const inner = graph.add('Mul', [graph.add('Add', [x, cube]), graph.scalar(Math.sqrt(2 / Math.PI))]);
  const slope = graph.add('Add', [graph.add('Tanh', [inner]), one]);
  return graph.add('Mul', [graph.add('Mul', [x, half]), slope]);
}

function applyHead(builder: Builder, head: Head, hidden: string): void {
  const { graph, weights } = builder;
  const pooled = (output?: string): string => {
    const first = graph.add('Gather', [hidden, graph.index(0)], { axis: 1 }); // [batch, hidden]
    return graph.add('Tanh', [weights.linear('pooler', first)], {}, output);
  };
  switch (head) {
    case 'encoder':
      graph.add('Identity', [hidden], {}, 'last_hidden_state');
      break;
    case 'base':
      graph.add('Identity', [hidden], {}, 'last_hidden_state');
      pooled('pooler_output');
      break;
    case 'masked_lm':
      predictTokens(builder, hidden, 'logits');
      break;
    case 'pretraining':
      predictTokens(builder, hidden, 'prediction_logits');
      weights.linear('sop_classifier.classifier', pooled(), 'sop_logits');
      break;
    case 'sequence_classification':
      weights.linear('classifier', pooled(), 'logits');
      break;
    case 'token_classification':
      weights.linear('classifier', hidden, 'logits');
      break;
    case 'question_answering': {
      const both = weights.linear('qa_outputs', hidden); // [batch, sequence, 2]
      graph.add('Gather', [both, graph.index(0)], { axis: -1 }, 'start_logits');
      graph.add('Gather', [both, graph.index(1)], { axis: -1 }, 'end_logits');
      break;
    }
    case 'multiple_choice': {
      const scores = weights.linear('classifier', pooled()); // [batch * choices, 1]
      graph.add('Reshape', [scores, graph.add('Shape', ['input_ids'], { start: 0, end: 2 })], {}, 'logits');
      break;
    }
  }
}

/** Vocabulary logits by the word embeddings themselves, transposed: `[batch, sequence, hidden] -> [.., .., vocabulary]`. */
function predictTokens(builder: Builder, hidden: string, output: string): void {
  const { graph, weights, config } = builder;
  const dense = activate(builder, weights.linear('predictions.dense', hidden));
  const normal = normalize(builder, 'predictions.LayerNorm', dense); // [batch, sequence, embedding]
  const rows = graph.add('Reshape', [normal, graph.integers(-1, config.embedding_size)]);
  const logits = weights.tiedDecoder('embeddings.word_embeddings.weight', 'predictions.bias', rows);
  const shape = graph.add('Concat', [graph.add('Shape', ['input_ids']), graph.integers(config.vocab_size)], {
    axis: 0,
  });
  graph.add('Reshape', [logits, shape], {}, output);
}
