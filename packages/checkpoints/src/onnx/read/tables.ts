/** Finds embedding tables: constants whose rows are looked up. */
import { allocate } from '@albert-web/errors';
import { quantizedValue, unpack, type ConstantValue } from './constant.ts';
import { elementCount } from '../../dtype.ts';
import type { GraphNode } from './graph.ts';
import type { Table } from './part.ts';
import type { Wiring } from './wiring.ts';

/** Returns the table of a lookup, or undefined for other operations. */
export function findTable(node: GraphNode, wiring: Wiring): Table | undefined {
  const rows = readRows(node, wiring);
  return rows && { kind: 'table', rows, ids: node.inputs[1] ?? '' };
}

function readRows(node: GraphNode, wiring: Wiring): ConstantValue | undefined {
  if (node.type === 'GatherBlockQuantized') return blockQuantizedRows(node, wiring);
  if (node.type !== 'Gather' && node.type !== 'Slice') return undefined;
  const rows = wiring.constant(node.inputs[0]);
  const isTable = rows?.shape.length === 2 && rows.dtype !== 'I64' && rows.dtype !== 'I32' && rows.dtype !== 'BOOL';
  if (!isTable || (node.numbers.get('axis') ?? 0) !== 0) return undefined;
  return rows.quantized || rows.dtype.includes('F') ? rows : quantizedAfter(node, rows, wiring);
}

/** Finds the scale that is applied to integers after the lookup. */
function quantizedAfter(node: GraphNode, integers: ConstantValue, wiring: Wiring): ConstantValue | undefined {
  const [output = '', ids = ''] = [node.outputs[0], node.inputs[1]];
  for (const next of wiring.consumers(output)) {
    // Operations on integers take a scale and a zero point after each operand.
    const at = next.type === 'DequantizeLinear' || next.type.startsWith('QLinear') ? next.inputs.indexOf(output) : -1;
    if (at < 0) continue;
    const [scale, zero] = [wiring.weight(next, at + 1), wiring.constant(next.inputs[at + 2])];
    return quantizedValue(integers, { scale, zero, axis: 1 }, wiring.file);
  }
  // One scale per row, looked up by the same ids.
  const [scale] = wiring.consumers(ids).flatMap((other) => {
    const scale = other.type === 'Gather' && other !== node ? wiring.constant(other.inputs[0]) : undefined;
    return scale?.shape.length === 1 && scale.shape[0] === integers.shape[0] ? [scale] : [];
  });
  return scale && quantizedValue(integers, { scale, axis: 0 }, wiring.file);
}

/** Reads rows in blocks: 8-bit integers, a 4-bit type, or two 4-bit integers per byte. */
function blockQuantizedRows(node: GraphNode, wiring: Wiring): ConstantValue {
  const [data, scale, zero] = [wiring.weight(node, 0), wiring.weight(node, 2), wiring.constant(node.inputs[3])];
  const block = node.numbers.get('block_size') || 128;
  const bits = node.numbers.get('bits') || 4;
  const isBytes = wiring.graph.constants.get(node.inputs[0] ?? '')?.type === uint8;
  const isPacked = isBytes && bits === 4;
  const integers = isPacked ? unpackedRows(data) : data;
  const zeros = isPacked && zero ? unpackedRows(zero) : (zero ?? (isBytes ? middleOf(scale, bits) : undefined));
  return quantizedValue(integers, { scale, zero: zeros, axis: 1, block }, wiring.file);
}

/** A value of `TensorProto.DataType`. */
const uint8 = 2;

function unpackedRows(value: ConstantValue): ConstantValue {
  const shape = [...value.shape.slice(0, -1), (value.shape.at(-1) ?? 0) * 2];
  return { ...value, shape, bytes: unpack(value.bytes, elementCount(shape), false) };
}

/** Makes the default zero points: the middle of the range. */
function middleOf({ shape }: ConstantValue, bits: number): ConstantValue {
  return { sources: [], shape, dtype: 'U8', bytes: allocate(Uint8Array, elementCount(shape)).fill(2 ** (bits - 1)) };
}
