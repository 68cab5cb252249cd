/** Allocations whose size comes from a file, a model or a batch, and can exceed the memory there is. */
import { OutOfMemoryError } from './errors.ts';

interface TypedArrayConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
}

interface Joined {
  set(part: ArrayLike<number>, offset: number): void;
}

/** Creates a typed array of zeros. @throws OutOfMemoryError */
export function allocate<T>(type: TypedArrayConstructor<T>, length: number): T {
  return allocateWith(length * type.BYTES_PER_ELEMENT, () => new type(length));
}

/**
 * Runs `create`, which does nothing but allocate: engines report a failure as a RangeError, an InternalError or a string.
 *
 * @param bytes how much it allocates, for the message @throws OutOfMemoryError
 */
export function allocateWith<T>(bytes: number, create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new OutOfMemoryError(bytes, { cause: error });
  }
}

/** Copies a typed array. That of a Node Buffer is a Uint8Array. @throws OutOfMemoryError */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
export function copyOf<T>(array: { readonly byteLength: number; slice(): T }): T;
export function copyOf<T>(array: { readonly byteLength: number; slice(): T }): T | Uint8Array {
  // `slice` of a Buffer returns a view of the same memory.
  return allocateWith(array.byteLength, () => (array instanceof Uint8Array ? new Uint8Array(array) : array.slice()));
}

/** Joins arrays into a new one. @throws OutOfMemoryError */
export function concatenate<T extends Joined>(type: TypedArrayConstructor<T>, parts: readonly ArrayLike<number>[]): T {
  const joined = allocate(
    type,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}
