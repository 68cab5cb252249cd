import type { Random } from '../numbers.ts';

/** The contents of a file. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Breaks a valid input in some way. */
export type Mutation = (seed: Bytes, random: Random) => Bytes;

/** A parser and a valid input of it. */
export interface FuzzTarget {
  readonly name: string;
  readonly seed: Bytes;
  /** Reads a possibly broken input to the end. */
  readonly read: (bytes: Bytes) => unknown;
  /**
   * Changes the contents, such as a field of JSON or protobuf, while the file stays well-formed. Every second mutation is of this
   * kind; the others, or all if this is absent, change bytes.
   */
  readonly structure?: Mutation;
}
