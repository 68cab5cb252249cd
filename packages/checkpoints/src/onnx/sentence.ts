/**
 * The modules of sentence-transformers after the encoder, as ONNX operations: pooling, dense layers, normalization.
 *
 * Source: UKPLab/sentence-transformers `models/Pooling.py`, `models/Dense.py`, `models/Normalize.py`.
 */
import type { WeightReader } from '@albert-web/core';
import { cannotConvert } from '../convert-error.ts';
import type { ConvertError } from '../errors.ts';
import type { SentenceModule } from '../sentence/modules.ts';
import type { GraphBuilder } from './graph.ts';
import { elementType } from './proto.ts';
import { weightedOperations, type OnnxPrecision } from './weights.ts';

/** Adds the modules and the output `sentence_embedding` `[batch, size]`. */
export function addSentenceModules(
  graph: GraphBuilder,
  modules: readonly SentenceModule[],
  precision: OnnxPrecision,
  hidden: string, // [batch, sequence, hidden]
  mask: string, // [batch, sequence], int64
): void {
  let x = hidden;
  modules.forEach((module, index) => {
    if (module.kind === 'pooling') x = pool(graph, poolingOf(module), x, mask);
    else if (module.kind === 'normalize') x = normalize(graph, x);
    else {
      if (
        module.kind !== 'dense' ||
        !module.bias ||
        !(module.activation === 'Identity' || module.activation === 'Tanh')
      )
        throw notInGraph(module.kind === 'dense' ? `a dense layer with ${module.activation}` : 'a LayerNorm');
      const prefix = `sentence.${index}.`;
      const y = weightedOperations(graph, prefixed(module.weights, prefix), precision).linear(`${prefix}linear`, x);
      x = module.activation === 'Tanh' ? graph.add('Tanh', [y]) : y;
    }
  });
  graph.add('Identity', [x], {}, 'sentence_embedding');
}

function poolingOf({ modes }: Extract<SentenceModule, { kind: 'pooling' }>): 'cls' | 'mean' | 'max' {
  const [mode] = modes;
  if (modes.length === 1 && (mode === 'cls' || mode === 'mean' || mode === 'max')) return mode;
  throw notInGraph(`the pooling ${modes.join(' and ')}`);
}

/** The error for a module that cannot be exported. */
function notInGraph(what: string): ConvertError {
  return cannotConvert('modules.json', `has ${what}, which the ONNX export does not support`);
}

function pool(graph: GraphBuilder, mode: 'cls' | 'mean' | 'max', hidden: string, mask: string): string {
  if (mode === 'cls') return graph.add('Gather', [hidden, graph.index(0)], { axis: 1 });
  const seen = graph.add('Cast', [graph.add('Unsqueeze', [mask, graph.integers(-1)])], { to: elementType.float }); // [batch, sequence, 1]
  if (mode === 'max') {
    const hiding = graph.add('Mul', [graph.add('Sub', [graph.scalar(1), seen]), graph.scalar(-1e9)]);
    return graph.add('ReduceMax', [graph.add('Add', [hidden, hiding])], { axes: [1], keepdims: 0 });
  }
  const total = (value: string): string => graph.add('ReduceSum', [value, graph.integers(1)], { keepdims: 0 });
  const count = graph.add('Max', [total(seen), graph.scalar(1e-9)]);
  return graph.add('Div', [total(graph.add('Mul', [hidden, seen])), count]);
}

function normalize(graph: GraphBuilder, x: string): string {
  const length = graph.add('ReduceL2', [x], { axes: [1], keepdims: 1 });
  return graph.add('Div', [x, graph.add('Max', [length, graph.scalar(1e-12)])]);
}

/** Prefixes the names of weights, so that two dense layers do not collide. */
function prefixed(weights: WeightReader, prefix: string): WeightReader {
  const short = (name: string): string => name.slice(prefix.length);
  return {
    shape: (name) => weights.shape(short(name)),
    float32: (name) => weights.float32(short(name)),
    rows: (name, rows, into) => weights.rows(short(name), rows, into),
    int8: (name) => weights.int8(short(name)),
    int4: (name) => weights.int4(short(name)),
  };
}
