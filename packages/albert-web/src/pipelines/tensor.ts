/** A tensor as transformers.js gives one: its numbers, their shape, and nested lists of them. */
import { InvalidArgumentError } from '@albert-web/errors';

/** Numbers in a tensor. */
export type TensorData = Float32Array | Int8Array | Uint8Array | BigInt64Array;

/** Nested lists of numbers. */
export type NestedList = number | bigint | readonly NestedList[];

/** Numbers of a shape. Does not compute. */
export class Tensor implements Iterable<Tensor> {
  /** @throws InvalidArgumentError unless there are as many numbers as the shape says */
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

  /** `float32`, `int8`, `uint8` or `int64`: what `data` holds. */
  get type(): 'float32' | 'int8' | 'uint8' | 'int64' {
    if (this.data instanceof Float32Array) return 'float32';
    if (this.data instanceof Int8Array) return 'int8';
    return this.data instanceof Uint8Array ? 'uint8' : 'int64';
  }

  /** How many numbers. */
  get size(): number {
    return this.data.length;
  }

  /** The numbers in nested lists, a level for each axis. */
  tolist(): NestedList {
    return this.dims.length === 0 ? (this.data[0] ?? 0) : Array.from(this, (row) => row.tolist());
  }

  /** The tensors along the first axis: views of the same numbers. */
  *[Symbol.iterator](): Iterator<Tensor> {
    const [rows = 0, ...dims] = this.dims;
    const size = rows === 0 ? 0 : this.data.length / rows;
    for (let row = 0; row < rows; row++) yield new Tensor(this.data.subarray(row * size, (row + 1) * size), dims);
  }
}

/** Rows of one size as a matrix. */
export function stack(rows: readonly (Float32Array | Int8Array | Uint8Array)[]): Tensor {
  const [first = new Float32Array()] = rows;
  const size = first.length;
  const data =
    first instanceof Float32Array
      ? new Float32Array(rows.length * size)
      : first instanceof Int8Array
        ? new Int8Array(rows.length * size)
        : new Uint8Array(rows.length * size);
  rows.forEach((row, index) => data.set(row, index * size));
  return new Tensor(data, [rows.length, size]);
}
