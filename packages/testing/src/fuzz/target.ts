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
   * Breaks what the format says, where the format itself stays whole: a field of JSON, a message of protobuf. Every second
   * mutation is of this kind; the others, and all without it, are of bytes.
   */
  readonly structure?: Mutation;
}
