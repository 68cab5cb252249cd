/** Finds the parts of an ALBERT in a graph by what the operations do, in execution order. */
import { cannotConvert } from '../../convert-error.ts';
import { elementBytes } from '../../dtype.ts';
import { quantizedValue, type ConstantValue } from './constant.ts';
import { attentionsOf } from './attention.ts';
import type { GraphNode } from './graph.ts';
import { productOperands, readProduct } from './linears.ts';
import type { Linear, Norm, Part, Parts, Scores, Table } from './part.ts';
import { findTable } from './tables.ts';
import type { Wiring } from './wiring.ts';

/** @throws ConvertError for unsupported operations */
export function findParts(wiring: Wiring): Parts {
  const parts = new Map<GraphNode, readonly Part[]>();
  for (const node of wiring.graph.nodes) {
    const found = partsOf(node, wiring);
    if (found.length > 0) parts.set(node, found);
  }
  const all = [...parts.values()].flat();
  return {
    linears: all.filter((part) => part.kind === 'linear'),
    norms: all.filter((part) => part.kind === 'norm'),
    tables: all.filter((part) => part.kind === 'table'),
    attentions: attentionsOf(wiring, parts),
  };
}

function partsOf(node: GraphNode, wiring: Wiring): readonly Part[] {
  switch (node.type) {
    case 'LayerNormalization':
      return [normOf(node, wiring, 1, 2)];
    case 'SkipLayerNormalization':
      return [normOf(node, wiring, 2, 3)];
    case 'EmbedLayerNormalization':
      return [...fusedTables(node, wiring), normOf(node, wiring, 5, 6)];
    case 'Mul':
    case 'QLinearMul':
      return decomposedNorm(node, wiring);
    case 'MultiHeadAttention':
    case 'Attention':
      return fusedAttention(node, wiring);
    default:
      return [linearOf(node, wiring) ?? scoresOf(node) ?? findTable(node, wiring)].filter((part) => part !== undefined);
  }
}

function linearOf(node: GraphNode, wiring: Wiring): Linear | undefined {
  const product = readProduct(node, wiring);
  if (!product) return undefined;
  const added = product.bias ? undefined : addedBias(product.output, wiring);
  return {
    kind: 'linear',
    weight: product.weight,
    bias: product.bias ?? added?.bias,
    output: added?.output ?? product.output,
  };
}

/** Index of the bias in operations that add one to their first input. */
const biasInputs: Readonly<Record<string, number>> = { BiasGelu: 1, FastGelu: 1, SkipLayerNormalization: 4 };

function addedBias(product: string, wiring: Wiring): Pick<Linear, 'bias' | 'output'> | undefined {
  for (const [node, value] of wiring.users(product)) {
    const [output = ''] = node.outputs;
    if (node.type === 'Add' || node.type === 'QLinearAdd') {
      const bias = otherOperand(node, value, wiring);
      if (bias?.shape.length === 1) return { bias, output };
    }
    const bias = wiring.constant(node.inputs[biasInputs[node.type] ?? -1]);
    if (bias) return { bias, output };
  }
  return undefined;
}

/** Returns the constant that is added to a value or multiplied by it. */
function otherOperand(node: GraphNode, value: string, wiring: Wiring): ConstantValue | undefined {
  const step = node.type.startsWith('QLinear') ? 3 : 1;
  const [left, right] = [node.inputs[0], node.inputs[step]];
  const at = left === value ? step : right === value ? 0 : undefined;
  if (at === undefined) return undefined;
  const constant = wiring.constant(node.inputs[at]);
  if (!constant || step === 1) return constant;
  const [scale, zero] = [wiring.weight(node, at + 1), wiring.constant(node.inputs[at + 2])];
  return quantizedValue(constant, { scale, zero, axis: 0 }, wiring.file);
}

function normOf(node: GraphNode, wiring: Wiring, weight: number, bias: number): Norm {
  return { kind: 'norm', weight: wiring.weight(node, weight), bias: wiring.weight(node, bias) };
}

/** Finds a LayerNorm from before operator set 17: `Add(Mul(normalized, weight), bias)` with two vectors of equal size. */
function decomposedNorm(node: GraphNode, wiring: Wiring): readonly Norm[] {
  const [left = '', right = ''] = [node.inputs[0], node.inputs[node.type === 'Mul' ? 1 : 3]];
  const weight = otherOperand(node, left, wiring) ?? otherOperand(node, right, wiring);
  if (weight?.shape.length !== 1) return [];
  for (const [next, value] of wiring.users(node.outputs[0] ?? '')) {
    const bias = next.type === 'Add' || next.type === 'QLinearAdd' ? otherOperand(next, value, wiring) : undefined;
    if (bias && bias.shape.join() === weight.shape.join()) return [{ kind: 'norm', weight, bias }];
  }
  return [];
}

/** Returns the tables of `EmbedLayerNormalization`. Its inputs are ids, token types, and the tables. */
function fusedTables(node: GraphNode, wiring: Wiring): readonly Table[] {
  const ids = [node.inputs[0], '', node.inputs[1]];
  return ids.map((ids = '', at) => ({ kind: 'table', rows: wiring.weight(node, 2 + at), ids }));
}

/** Finds a product of computed values: attention scores, or their product with the values. */
function scoresOf(node: GraphNode): Scores | undefined {
  const operands = Object.hasOwn(productOperands, node.type) ? productOperands[node.type] : undefined;
  return operands && { kind: 'product', left: node.inputs[operands[0]] ?? '', right: node.inputs[operands[1]] ?? '' };
}

/**
 * Reads a fused attention. ONNX's `Attention` takes three values. ONNX Runtime's takes hidden states and one weight
 * `[in, 3 * out]` for all three.
 */
function fusedAttention(node: GraphNode, wiring: Wiring): readonly Part[] {
  const own = node.type === 'Attention' && node.domain !== '';
  if (!own) {
    if (wiring.constant(node.inputs[3])) throw cannotConvert(wiring.file, 'has a MultiHeadAttention with a bias');
    const [query = '', key = '', value = ''] = node.inputs;
    return [{ kind: 'attention', inputs: [query, key, value] }];
  }
  const [weight, bias] = [wiring.weight(node, 1), wiring.weight(node, 2)];
  const names = ['query', 'key', 'value'].map((part) => `${node.outputs[0]} ${part}`) as [string, string, string];
  const linears = names.map((output, third): Linear => ({
    kind: 'linear',
    weight: { value: thirdOfColumns(weight, third, wiring), byColumns: true },
    bias: thirdOfColumns(bias, third, wiring),
    output,
  }));
  return [...linears, { kind: 'attention', inputs: names }];
}

function thirdOfColumns(value: ConstantValue, third: number, { file }: Wiring): ConstantValue {
  const all = value.shape.at(-1) ?? 0;
  if (value.quantized || all % 3 !== 0) throw cannotConvert(file, 'has an Attention of unequal or quantized parts');
  const width = (all / 3) * elementBytes[value.dtype];
  const bytes = value.bytes.filter((_, at) => Math.floor((at % (3 * width)) / width) === third);
  return { ...value, shape: [...value.shape.slice(0, -1), all / 3], bytes };
}
