/** Identifies query, key and value by following the products of attention. */
import { cannotConvert } from '../../convert-error.ts';
import type { GraphNode } from './graph.ts';
import type { Attention, FusedAttention, Part, Scores } from './part.ts';
import type { Wiring } from './wiring.ts';

type PartsByNode = ReadonlyMap<GraphNode, readonly Part[]>;

/** Finds all attentions, in execution order. @throws ConvertError */
export function attentionsOf(wiring: Wiring, parts: PartsByNode): Attention[] {
  const attentions: Attention[] = [];
  const scores = new Map<Scores, Omit<Attention, 'value'>>();
  for (const part of [...parts.values()].flat()) {
    if (part.kind === 'attention') attentions.push(fused(part, wiring, parts));
    if (part.kind !== 'product') continue;
    const [left, right] = [sourceOf(part.left, wiring, parts), sourceOf(part.right, wiring, parts)];
    if (left?.kind === 'linear' && right?.kind === 'linear') scores.set(part, { query: left, key: right });
    else {
      const weighted = left?.kind === 'product' ? scores.get(left) : undefined;
      if (!weighted || right?.kind !== 'linear') throw unknownProduct(wiring.file);
      attentions.push({ ...weighted, value: right });
    }
  }
  return attentions;
}

function fused({ inputs }: FusedAttention, wiring: Wiring, parts: PartsByNode): Attention {
  const [query, key, value] = inputs.map((input) => linearNamed(input, parts) ?? sourceOf(input, wiring, parts));
  if (query?.kind !== 'linear' || key?.kind !== 'linear' || value?.kind !== 'linear') throw unknownProduct(wiring.file);
  return { query, key, value };
}

/** Finds a linear layer inside a fused operation. */
function linearNamed(output: string, parts: PartsByNode): Part | undefined {
  return output.includes(' ')
    ? [...parts.values()].flat().find((part) => part.kind === 'linear' && part.output === output)
    : undefined;
}

function unknownProduct(file: string) {
  return cannotConvert(file, 'multiplies values in a way that is not the attention of an ALBERT');
}

/** Operations where only the first input is data; the others describe its layout. */
const shaping = new Set([
  'Reshape',
  'Expand',
  'Slice',
  'Gather',
  'Unsqueeze',
  'Squeeze',
  'Transpose',
  'Cast',
  'Flatten',
  'Tile',
  'Split',
  'QuantizeLinear',
  'DequantizeLinear',
]);
/** Operations whose result does not depend on the input's values. */
const shapes = new Set(['Shape', 'Size', 'ConstantOfShape', 'Range']);

/** Finds the single part from which a value is computed. Returns undefined if there are several or none. */
function sourceOf(value: string, wiring: Wiring, parts: PartsByNode): Part | undefined {
  const found = new Set<Part>();
  const seen = new Set<string>();
  for (const pending = [value]; pending.length > 0;) {
    const next = pending.pop() ?? '';
    if (seen.has(next)) continue;
    seen.add(next);
    const node = wiring.producer(next);
    if (!node || shapes.has(node.type) || isScale(node, next)) continue;
    const part = parts.get(node)?.at(-1);
    if (part) found.add(part);
    else pending.push(...(shaping.has(node.type) ? node.inputs.slice(0, 1) : node.inputs));
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** Whether a value is the scale or zero point of a dynamically quantized activation. */
const isScale = ({ type, outputs }: GraphNode, value: string): boolean =>
  type === 'DynamicQuantizeLinear' && outputs[0] !== value;
