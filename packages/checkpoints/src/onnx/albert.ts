/**
 * ALBERT as ONNX operations: the same model as the encoder of `@albert-web/core`, for other engines.
 *
 * Source: Lan et al. 2019, section 3; huggingface/transformers `models/albert/modeling_albert.py`. GELU uses the
 * same operations as Hugging Face, a pattern that ONNX Runtime fuses.
 */
import {
  applyActivation,
  encoderLayers,
  headChains,
  headSize,
  headSpec,
  layerParts,
  type Activation,
  type AlbertConfig,
  type AttentionParts,
  type ElementaryOperations,
  type Head,
  type HeadChain,
  type HeadOutput,
  type HeadStep,
  type LayerNames,
  type TiedStep,
} from '@albert-web/core';
import type { GraphBuilder } from './graph.ts';
import { elementType } from './proto.ts';
import type { WeightedOperations } from './weights.ts';

/** Names of the graph's inputs, int64; `[batch, sequence]`, for multiple choice `[batch, choices, sequence]`. */
export const inputNames = ['input_ids', 'attention_mask', 'token_type_ids'] as const;

/** Shared state while building the graph. */
export interface Builder {
  readonly graph: GraphBuilder;
  readonly weights: WeightedOperations;
  readonly config: AlbertConfig;
}

/** Adds the whole model with Hugging Face's output names. Returns the last hidden states. */
export function buildAlbert(builder: Builder, head: Head): string {
  const { graph } = builder;
  const [ids, mask, types] = inputNames.map((name) =>
    groupsRows(head) ? graph.add('Flatten', [name], { axis: 2 }) : name,
  );
  const embedded = embeddings(builder, ids ?? '', types ?? '');
  let hidden = builder.weights.linear('encoder.embedding_hidden_mapping_in', embedded);
  const hiding = maskScores(builder, mask ?? '');
  const layers = encoderLayers(builder.config).flat();
  for (const names of layers) hidden = layer(builder, names, hidden, hiding);
  for (const chain of headChains(head, builder.config)) applyChain(builder, chain, hidden);
  return hidden;
}

/** Whether inputs have an axis for choices: `[batch, choices, sequence]`. */
export function groupsRows(head: Head): boolean {
  return Object.values(headSpec(head).chains).some(({ outputs }) =>
    Object.values(outputs).some(({ shape }) => shape.includes('choices')),
  );
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

/** 0 for visible keys, the lowest f32 for masked ones: `[batch, sequence] -> [batch, 1, 1, sequence]`. */
function maskScores({ graph }: Builder, mask: string): string {
  const seen = graph.add('Cast', [graph.add('Unsqueeze', [mask, graph.integers(1, 2)])], { to: elementType.float });
  return graph.add('Mul', [graph.add('Sub', [graph.scalar(1), seen]), graph.scalar(-3.4028234663852886e38)]);
}

function layer(builder: Builder, names: LayerNames, hidden: string, hiding: string): string {
  const { graph, weights } = builder;
  const parts = layerParts(names);
  const projected = weights.linear(parts.attentionOutput, attend(builder, parts, hidden, hiding));
  const attended = normalize(builder, parts.attentionNorm, graph.add('Add', [hidden, projected]));
  const ffn = weights.linear(parts.ffn, attended); // [batch, sequence, intermediate]
  const inner = activate(graph, builder.config.hidden_act, ffn);
  const outer = weights.linear(parts.ffnOutput, inner);
  return normalize(builder, parts.outputNorm, graph.add('Add', [outer, attended]));
}

function attend({ graph, weights, config }: Builder, parts: AttentionParts, hidden: string, hiding: string): string {
  const size = headSize(config);
  const split = (name: string, perm: readonly number[]): string => {
    const heads = graph.integers(0, 0, config.num_attention_heads, size);
    return graph.add('Transpose', [graph.add('Reshape', [weights.linear(name, hidden), heads])], { perm });
  };
  const query = split(parts.query, [0, 2, 1, 3]); // [batch, heads, sequence, size]
  const key = split(parts.key, [0, 2, 3, 1]); // [batch, heads, size, sequence]
  const value = split(parts.value, [0, 2, 1, 3]); // [batch, heads, sequence, size]
  const scores = graph.add('Div', [graph.add('MatMul', [query, key]), graph.scalar(Math.sqrt(size))]);
  const probabilities = graph.add('Softmax', [graph.add('Add', [scores, hiding])], { axis: -1 });
  const context = graph.add('Transpose', [graph.add('MatMul', [probabilities, value])], { perm: [0, 2, 1, 3] });
  return graph.add('Reshape', [context, graph.integers(0, 0, config.hidden_size)]);
}

function normalize({ graph, weights, config }: Builder, name: string, x: string, output?: string): string {
  const inputs = [x, weights.vector(`${name}.weight`), weights.vector(`${name}.bias`)];
  return graph.add('LayerNormalization', inputs, { axis: -1, epsilon: { float: config.layer_norm_eps } }, output);
}

/** Adds an operation on first use, so that the last one of a formula can carry the name of an output. */
type Node = (output?: string) => string;

/** Adds an activation, in the same operations as Hugging Face. */
function activate(graph: GraphBuilder, activation: Activation, x: string, output?: string): string {
  const node = (type: string, inputs: readonly (Node | number)[]): Node => {
    let name: string | undefined;
    return (output) =>
      (name ??= graph.add(
        type,
        inputs.map((input) => (typeof input === 'number' ? graph.scalar(input) : input())),
        {},
        output,
      ));
  };
  const operations: ElementaryOperations<Node> = {
    add: (a, b) => node('Add', [a, b]),
    multiply: (a, b) => node('Mul', [a, b]),
    divide: (a, b) => node('Div', [a, b]),
    cube: (a) => node('Pow', [a, 3]),
    erf: (a) => node('Erf', [a]),
    tanh: (a) => node('Tanh', [a]),
    sigmoid: (a) => node('Sigmoid', [a]),
    relu: (a) => node('Relu', [a]),
  };
  return applyActivation<Node>(activation, operations, () => x)(output);
}

/** Adds a chain. If it has a single output that needs no reshape, its last operation carries the name. */
function applyChain(builder: Builder, { reads, steps, outputs }: HeadChain, hidden: string): void {
  const { graph } = builder;
  const [[only, output] = [], ...others] = Object.entries(outputs);
  const whole = others.length === 0 && output !== undefined && isWhole(output) ? only : undefined;
  let x = reads === 'first' ? graph.add('Gather', [hidden, graph.index(0)], { axis: 1 }) : hidden; // [batch, hidden]
  steps.forEach((step, index) => {
    x = applyStep(builder, step, x, index === steps.length - 1 ? whole : undefined);
  });
  if (whole !== undefined && steps.length > 0) return;
  for (const [name, output] of Object.entries(outputs)) addOutput(graph, output, x, name);
}

const isWhole = ({ shape, column }: HeadOutput): boolean => column === undefined && !shape.includes('choices');

function addOutput(graph: GraphBuilder, { shape, column }: HeadOutput, x: string, name: string): void {
  if (column !== undefined) graph.add('Gather', [x, graph.index(column)], { axis: -1 }, name);
  else if (shape.includes('choices')) {
    graph.add('Reshape', [x, graph.add('Shape', ['input_ids'], { start: 0, end: 2 })], {}, name);
  } else graph.add('Identity', [x], {}, name);
}

function applyStep(builder: Builder, step: HeadStep, x: string, output: string | undefined): string {
  const { graph, weights, config } = builder;
  if ('layerNorm' in step) return normalize(builder, step.layerNorm, x, output);
  if ('tied' in step) return decode(builder, step, x, output);
  if (!step.activation) return weights.linear(step.linear, x, output);
  const activation = step.activation === 'hidden_act' ? config.hidden_act : step.activation;
  return activate(graph, activation, weights.linear(step.linear, x), output);
}

/** Vocabulary logits from the word embeddings: `[batch, sequence, embedding] -> [batch, sequence, vocabulary]`. */
function decode(builder: Builder, { tied, bias }: TiedStep, x: string, output: string | undefined): string {
  const { graph, weights, config } = builder;
  const rows = graph.add('Reshape', [x, graph.integers(-1, config.embedding_size)]);
  const logits = weights.tiedDecoder(`${tied}.weight`, bias, rows);
  const shape = graph.add('Concat', [graph.add('Shape', ['input_ids']), graph.integers(config.vocab_size)], {
    axis: 0,
  });
  return graph.add('Reshape', [logits, shape], {}, output);
}
