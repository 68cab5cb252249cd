/** A tensor with the interface of transformers.js: numbers, a shape, and conversion to nested lists. */
import { allocate, InvalidArgumentError } from '@albert-web/errors';

/** The numbers of a tensor. */
export type TensorData = Float32Array | Int8Array | Uint8Array | BigInt64Array;

/** Nested lists of numbers. */
export type NestedList = number | bigint | readonly NestedList[];

/** Numbers with a shape. Has no arithmetic. */
export class Tensor implements Iterable<Tensor> {
  /** @throws InvalidArgumentError if the number of elements does not match the shape */
  constructor(
    readonly data: TensorData,
    readonly dims: readonly number[],
  ) {
    if (data.length === dims.reduce((product, size) => product * size, 1)) return;
    throw new InvalidArgumentError({
      problem: `A tensor of ${data.length} numbers cannot have the shape [${dims.join(', ')}]`,
      remedy: 'Correct the shape',
    });
  }

  /** The type of the numbers in `data`: `float32`, `int8`, `uint8` or `int64`. */
  get type(): 'float32' | 'int8' | 'uint8' | 'int64' {
    if (this.data instanceof Float32Array) return 'float32';
    if (this.data instanceof Int8Array) return 'int8';
    return this.data instanceof Uint8Array ? 'uint8' : 'int64';
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** Returns the numbers as nested lists, one level per axis. */
  tolist(): NestedList {
    return this.dims.length === 0 ? (this.data[0] ?? 0) : Array.from(this, (row) => row.tolist());
  }

  /** Iterates over the first axis. The tensors are views of the same numbers. */
  *[Symbol.iterator](): Iterator<Tensor> {
    const [rows = 0, ...dims] = this.dims;
    const size = rows === 0 ? 0 : this.data.length / rows;
    for (let row = 0; row < rows; row++) yield new Tensor(this.data.subarray(row * size, (row + 1) * size), dims);
  }
}

/** Stacks rows of equal size into a matrix. */
export function stack(rows: readonly (Float32Array | Int8Array | Uint8Array)[]): Tensor {
  const [first = new Float32Array()] = rows;
  const size = first.length;
  const data =
    first instanceof Float32Array
      ? allocate(Float32Array, rows.length * size)
      : first instanceof Int8Array
        ? allocate(Int8Array, rows.length * size)
        : allocate(Uint8Array, rows.length * size);
  rows.forEach((row, index) => data.set(row, index * size));
  return new Tensor(data, [rows.length, size]);
}
