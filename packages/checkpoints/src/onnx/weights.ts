/** Adds a model's weights as ONNX constants, each stored once, in one of three precisions. */
import { float32ToHalf, type WeightReader } from '@albert-web/core';
import { bytesOf } from '../dtype.ts';
import { quantizeInt8, type Int8Rows } from '../quantize/int8.ts';
import { transpose } from '../transpose.ts';
import type { GraphBuilder } from './graph.ts';
import { elementType } from './proto.ts';

/** `f16` halves the file and computes in f32; `q8` stores and multiplies int8. */
const operations = {
  f32: (graph, weights) => floatOperations(graph, weights, 'f32'),
  f16: (graph, weights) => floatOperations(graph, weights, 'f16'),
  q8: int8Operations,
} as const satisfies Record<string, (graph: GraphBuilder, weights: WeightReader) => WeightedOperations>;

/** How an ONNX file stores its weights. */
export type OnnxPrecision = keyof typeof operations;

/** All precisions, most exact first. */
export const onnxPrecisions = Object.keys(operations) as OnnxPrecision[];

/** Adds operations with weights. Each takes and returns the name of a value. */
export interface WeightedOperations {
  /** Adds a weight as f32, for addition and normalization. */
  vector(name: string): string;
  /** Adds a small table as f32: positions and token types. */
  table(name: string): string;
  /** Looks up rows of the word embeddings: `[...ids] -> [...ids, embedding]`. */
  wordEmbeddings(name: string, ids: string): string;
  /** Computes `x W^T + b`: `[..., in] -> [..., out]`. */
  linear(name: string, x: string, output?: string): string;
  /** Computes `x W^T + b` with the weight of `wordEmbeddings`, for rank 2: `[rows, embedding] -> [rows, vocabulary]`. */
  tiedDecoder(table: string, bias: string, x: string): string;
}

/** Returns operations that add to `graph`. */
export function weightedOperations(
  graph: GraphBuilder,
  weights: WeightReader,
  precision: OnnxPrecision,
): WeightedOperations {
  return operations[precision](graph, weights);
}

function floatOperations(graph: GraphBuilder, weights: WeightReader, precision: 'f32' | 'f16'): WeightedOperations {
  const asFloat = new Map<string, string>();
  /** Adds a constant. Halves are widened by an operation that runtimes evaluate once, when they load the model. */
  const stored = (
    name: string,
    make: () => { values: Float32Array<ArrayBuffer>; shape: readonly number[] },
  ): string => {
    if (precision === 'f32') {
      return graph.constant(name, () => {
        const { values, shape } = make();
        return { type: elementType.float, shape, bytes: bytesOf(values) };
      });
    }
    const known = asFloat.get(name);
    if (known !== undefined) return known;
    const { values, shape } = make();
    const half = { type: elementType.float16, shape, bytes: bytesOf(float32ToHalf(values)) };
    const widened = graph.add('Cast', [graph.constant(name, () => half)], { to: elementType.float });
    asFloat.set(name, widened);
    return widened;
  };
  const plain = (name: string): string =>
    stored(name, () => ({ values: weights.float32(name), shape: weights.shape(name) ?? [] }));
  const transposed = (name: string): string =>
    stored(name, () => {
      const [output = 1, input = 1] = weights.shape(name) ?? [];
      const values = weights.float32(name);
      return { values: transpose(values, output, input), shape: [input, output] };
    });
  return {
    vector: plain,
    table: plain,
    wordEmbeddings: (name, ids) => graph.add('Gather', [plain(name), ids]),
    linear(name, x, output) {
      const product = graph.add('MatMul', [x, transposed(`${name}.weight`)]);
      return graph.add('Add', [product, plain(`${name}.bias`)], {}, output);
    },
    tiedDecoder: (table, bias, x) => graph.add('Gemm', [x, plain(table), plain(bias)], { transB: 1 }),
  };
}

/** Uses int8 weights with a scale per output row. Activations are quantized dynamically, with one scale per tensor. */
function int8Operations(graph: GraphBuilder, weights: WeightReader): WeightedOperations {
  const quantized = new Map<string, readonly string[]>();
  /** Quantizes an activation to `[int8 values, scale, zero point]`, once for all products that read it. */
  const quantize = (x: string): readonly string[] => {
    const known = quantized.get(x) ?? graph.addMany('DynamicQuantizeLinear', [x], 3);
    quantized.set(x, known);
    return known;
  };
  const rows = (name: string): Int8Rows =>
    weights.int8(name) ?? quantizeInt8(weights.float32(name), weights.shape(name)?.[0] ?? 1);
  const float = (name: string): string =>
    graph.constant(name, () => ({
      type: elementType.float,
      shape: weights.shape(name) ?? [],
      bytes: bytesOf(weights.float32(name)),
    }));
  const scales = (name: string, of: () => Int8Rows): string =>
    graph.constant(`${name}.scale`, () => {
      const { scales } = of();
      return { type: elementType.float, shape: [scales.length], bytes: bytesOf(scales) };
    });
  const product = (x: string, matrix: string, scale: string): string => {
    const [values = '', xScale = '', zeroPoint = ''] = quantize(x);
    const sums = graph.add('Cast', [graph.add('MatMulInteger', [values, matrix, zeroPoint])], {
      to: elementType.float,
    });
    return graph.add('Mul', [sums, graph.add('Mul', [xScale, scale])]);
  };
  return {
    vector: float,
    table: float,
    wordEmbeddings(name, ids) {
      const { values: table, scale } = storeTable(name);
      const values = graph.add('Cast', [graph.add('Gather', [table, ids])], { to: elementType.float });
      const factors = graph.add('Unsqueeze', [graph.add('Gather', [scale, ids]), graph.integers(-1)]);
      return graph.add('Mul', [values, factors]);
    },
    linear(name, x, output) {
      const weight = `${name}.weight`;
      const once = memoize(() => rows(weight));
      const matrix = graph.constant(weight, () => {
        const [outputs = 1, inputs = 1] = weights.shape(weight) ?? [];
        const { values } = once();
        const bytes = bytesOf(transpose(values, outputs, inputs));
        return { type: elementType.int8, shape: [inputs, outputs], bytes };
      });
      return graph.add('Add', [product(x, matrix, scales(weight, once)), float(`${name}.bias`)], {}, output);
    },
    tiedDecoder(table, bias, x) {
      const { values, scale } = storeTable(table);
      const matrix = graph.add('Transpose', [values], { perm: [1, 0] });
      return graph.add('Add', [product(x, matrix, scale), float(bias)]);
    },
  };

  function storeTable(name: string): { values: string; scale: string } {
    const once = memoize(() => rows(name));
    const values = graph.constant(name, () => ({
      type: elementType.int8,
      shape: weights.shape(name) ?? [],
      bytes: bytesOf(once().values),
    }));
    return { values, scale: scales(name, once) };
  }
}

function memoize<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
