import {
  checkWeights,
  headChains,
  headOf,
  modelWeights,
  shapeOf,
  type AlbertConfig,
  type Head,
  type WeightReader,
} from '@albert-web/core';
import { buildAlbert, groupsRows, inputNames } from './albert.ts';
import { GraphBuilder } from './graph.ts';
import { elementType, encodeOnnx, type OnnxModel, type OnnxValue } from './proto.ts';
import type { SentenceModule } from '../sentence/modules.ts';
import { addSentenceModules } from './sentence.ts';
import { weightedOperations, type OnnxPrecision } from './weights.ts';

/** What to export. */
export interface OnnxExport {
  readonly config: AlbertConfig;
  /** Default: the head that the configuration names. */
  readonly head?: Head;
  readonly weights: WeightReader;
  readonly precision: OnnxPrecision;
  /** For a sentence encoder, the result of `readSentenceModules`. Adds the output `sentence_embedding`. */
  readonly sentence?: readonly SentenceModule[] | undefined;
}

/** Operator set 17 is the first with LayerNormalization. ONNX Runtime supports it since 1.12. */
const opset = 17;

/**
 * Exports a model to the bytes of an `.onnx` file, with dynamic batch and length. Every shared weight is stored once.
 *
 * Inputs are int64 `input_ids`, `attention_mask`, `token_type_ids`, `[batch, sequence]` (multiple choice: `[batch, choices,
 * sequence]`). Outputs are f32 and have Hugging Face's names. In `q8`, the word embeddings and every matrix of every layer
 * are int8 with a scale per output row. `f16` stores halves and computes in f32, which every engine supports.
 *
 * @throws MissingTensorError, TensorShapeError when the weights do not match the configuration
 */
export function exportOnnx(options: OnnxExport): Uint8Array<ArrayBuffer> {
  return encodeOnnx(onnxModel(options));
}

/** Builds the model that `exportOnnx` encodes. */
export function onnxModel({ config, head = headOf(config), weights, precision, sentence }: OnnxExport): OnnxModel {
  checkWeights(modelWeights(config, head), weights);
  const graph = new GraphBuilder();
  const hidden = buildAlbert({ graph, config, weights: weightedOperations(graph, weights, precision) }, head);
  if (sentence) addSentenceModules(graph, sentence, precision, hidden, 'attention_mask');
  return {
    name: 'albert',
    opset,
    inputs: inputNames.map((name) => ({ name, type: elementType.int64, shape: inputShape(head) })),
    outputs: [...outputsOf(config, head), ...(sentence ? [sentenceOutput(config, sentence)] : [])],
    nodes: graph.nodes,
    constants: graph.constants,
  };
}

const inputShape = (head: Head): string[] =>
  groupsRows(head) ? ['batch', 'choices', 'sequence'] : ['batch', 'sequence'];

/** Names of the dynamic sizes in the graph. */
const batchSizes: Readonly<Record<string, string>> = {
  batch: 'batch',
  questions: 'batch',
  choices: 'choices',
  length: 'sequence',
};

function outputsOf(config: AlbertConfig, head: Head): OnnxValue[] {
  return headChains(head).flatMap(({ outputs }) =>
    Object.entries(outputs).map(([name, { shape }]) => ({
      name,
      type: elementType.float,
      shape: shape.map((dimension) => batchSizes[dimension] ?? shapeOf([dimension], config)[0] ?? dimension),
    })),
  );
}

function sentenceOutput(config: AlbertConfig, modules: readonly SentenceModule[]): OnnxValue {
  const sizes = modules.flatMap((module) =>
    module.kind === 'dense' ? [module.weights.shape('linear.weight')?.[0]] : [],
  );
  const shape = ['batch', sizes.at(-1) ?? config.hidden_size];
  return { name: 'sentence_embedding', type: elementType.float, shape };
}
