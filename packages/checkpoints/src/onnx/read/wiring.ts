/** Finds the operation that produces a value and those that consume it, and evaluates constants. */
import { cannotConvert } from '../../convert-error.ts';
import { elementCount } from '../../dtype.ts';
import { constantValue, isFloat, quantizedValue, readNumbers, transposed, type ConstantValue } from './constant.ts';
import type { GraphConstant, GraphNode, OnnxGraph } from './graph.ts';
import type { Bytes } from './protobuf.ts';

/** Evaluates an operation on constants. Returns undefined if the result is not constant. */
type Fold = (node: GraphNode, operand: (index: number) => ConstantValue | undefined, file: string) => Folded;
type Folded = ConstantValue | undefined;

const unchanged: Fold = (_, operand) => operand(0);

/** Evaluators of the operations on constants that exporters leave in the graph, by type. */
const folds: Readonly<Record<string, Fold>> = {
  Identity: unchanged,
  // Quantization at run time applies to activations, so the weight keeps its values.
  QuantizeLinear: unchanged,
  // A weight that is quantized at run time keeps its values, too, for example one that layers share through an Identity.
  DynamicQuantizeLinear: unchanged,
  // Exporters cast only halves, to f32.
  Cast: (_, operand) => floatOnly(operand(0)),
  Transpose(node, operand) {
    const value = operand(0);
    const order = node.lists.get('perm')?.join() ?? '1,0';
    return value && value.shape.length === 2 && order === '1,0' ? transposed(value) : undefined;
  },
  Reshape(_, operand) {
    const value = floatOnly(operand(0));
    const target = operand(1);
    return value && target && { ...value, shape: reshaped(value.shape, [...readNumbers(target)]) };
  },
  DequantizeLinear(node, operand, file) {
    const [integers, scale, zero] = [operand(0), operand(1), operand(2)];
    if (!integers || !scale) return undefined;
    const axis = node.numbers.get('axis') ?? 1;
    return quantizedValue(integers, { scale, zero, axis, block: node.numbers.get('block_size') || 1 }, file);
  },
};

function floatOnly(value: ConstantValue | undefined): ConstantValue | undefined {
  return value && !value.quantized && isFloat(value) ? value : undefined;
}

function reshaped(shape: readonly number[], target: readonly number[]): readonly number[] {
  const known = target.map((side, axis) => (side === 0 ? (shape[axis] ?? 1) : side));
  const rest = elementCount(shape) / Math.abs(elementCount(known));
  const result = known.map((side) => (side === -1 ? rest : side));
  return elementCount(result) === elementCount(shape) ? result : shape;
}

/** Operations that pass their input through. */
const transparent = new Set(['Identity', 'Cast', 'Dropout', 'QuantizeLinear', 'DequantizeLinear']);

/** Limits the depth of constant expressions. Exporters leave two or three operations between a weight and its use. */
const deepest = 50;

/** A graph with lookups in both directions. */
export class Wiring {
  readonly #producers = new Map<string, GraphNode>();
  readonly #consumers = new Map<string, GraphNode[]>();
  readonly #values = new Map<string, ConstantValue | undefined>();
  #depth = 0;

  /** @param bytesOf reads the bytes of a constant, from this file or another */
  constructor(
    readonly graph: OnnxGraph,
    readonly file: string,
    private readonly bytesOf: (constant: GraphConstant) => Bytes,
  ) {
    for (const node of graph.nodes) {
      for (const output of node.outputs) if (output !== '') this.#producers.set(output, node);
      for (const input of new Set(node.inputs)) {
        const others = this.#consumers.get(input);
        if (others) others.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
  }

  /** Returns the operation that produces a value, or undefined for inputs and stored constants. */
  producer(value: string): GraphNode | undefined {
    return this.#producers.get(value);
  }

  /** Returns the operations that consume a value. */
  consumers(value: string): readonly GraphNode[] {
    return this.#consumers.get(value) ?? [];
  }

  /** Returns the operations that use a value, with the input that they take, skipping up to eight that pass it through. */
  users(value: string, depth = 8): readonly (readonly [node: GraphNode, value: string])[] {
    return this.consumers(value).flatMap((node) => {
      const [output = ''] = node.outputs;
      const passes = transparent.has(node.type) && node.inputs[0] === value && depth > 0;
      return passes ? this.users(output, depth - 1) : [[node, value] as const];
    });
  }

  /** Returns the constant value of an input, or undefined if it depends on the model's inputs or is omitted. */
  constant(name: string | undefined): ConstantValue | undefined {
    if (name === undefined || name === '') return undefined;
    if (this.#values.has(name)) return this.#values.get(name);
    // Guards against cycles until the value is known.
    this.#values.set(name, undefined);
    if (++this.#depth > deepest)
      throw cannotConvert(this.file, `computes a constant by more than ${deepest} operations`);
    const value = this.#read(name);
    this.#depth--;
    this.#values.set(name, value);
    return value;
  }

  /** Like `constant`, for an input that must be constant. @throws ConvertError */
  weight(node: GraphNode, index: number): ConstantValue {
    const value = this.constant(node.inputs[index]);
    if (value) return value;
    throw cannotConvert(this.file, `computes input ${index} of a ${node.type}, where a weight is expected`);
  }

  #read(name: string): ConstantValue | undefined {
    const stored = this.graph.constants.get(name);
    if (stored) return constantValue(stored, this.bytesOf(stored), this.file);
    const node = this.#producers.get(name);
    // Other outputs of the operation, such as a scale, are different values.
    if (node?.outputs[0] !== name) return undefined;
    const fold = node && Object.hasOwn(folds, node.type) ? folds[node.type] : undefined;
    return fold?.(node, (index) => this.constant(node.inputs[index]), this.file);
  }
}
