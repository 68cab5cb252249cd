import { bytesOf } from '../dtype.ts';
import { elementType, type OnnxAttribute, type OnnxNode, type OnnxTensor } from './proto.ts';

/** Collects operations and constants. Values are referred to by name. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, OnnxTensor>();

  get constants(): OnnxTensor[] {
    return [...this.#constants.values()];
  }

  /** Adds an operation with one output and returns it. `output` makes it an output of the graph. */
  add(
    type: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    output = this.#fresh(type),
  ): string {
    this.nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds an operation with several outputs and returns them. */
  addMany(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string[] {
    const outputs = Array.from({ length: count }, (_, index) => `${this.#fresh(type)}_${index}`);
    this.nodes.push({ type, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a constant, once per name, and returns it. */
  constant(name: string, make: () => Omit<OnnxTensor, 'name'>): string {
    if (!this.#constants.has(name)) this.#constants.set(name, { name, ...make() });
    return name;
  }

  /** Adds a scalar f32 constant and returns it. */
  scalar(value: number): string {
    return this.constant(`scalar ${value}`, () => ({
      type: elementType.float,
      shape: [],
      bytes: bytesOf(Float32Array.of(value)),
    }));
  }

  /** Adds a vector of int64, for shapes and indices, and returns it. */
  integers(...values: number[]): string {
    return this.constant(`integers ${values.join(' ')}`, () => ({
      type: elementType.int64,
      shape: [values.length],
      bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    }));
  }

  /** Adds a scalar int64, an index that removes its axis, and returns it. */
  index(value: number): string {
    return this.constant(`index ${value}`, () => ({
      type: elementType.int64,
      shape: [],
      bytes: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
    }));
  }

  #fresh(type: string): string {
    return `${type}_${this.nodes.length}_output`;
  }
}
