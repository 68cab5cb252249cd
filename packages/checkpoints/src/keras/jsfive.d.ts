/** The part of jsfive used here. The package has no types. */
declare module 'jsfive' {
  /** A group of an HDF5 file. */
  export class Group {
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    get(name: string): Group | Dataset | null;
  }
  /** An array. */
  export class Dataset {
    readonly shape: readonly number[];
    /** A numpy dtype such as `<f4`, or a list for other kinds. */
    readonly dtype: unknown;
    /** The values, which are read on access. */
    readonly value: unknown;
  }
  export class File extends Group {
    constructor(buffer: ArrayBuffer, name: string);
  }
}
