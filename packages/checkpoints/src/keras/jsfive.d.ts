/** The part of jsfive that is used; it comes without types. */
declare module 'jsfive' {
  /** A folder of an HDF5 file. */
  export class Group {
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    get(name: string): Group | Dataset | null;
  }
  /** An array. */
  export class Dataset {
    readonly shape: readonly number[];
    /** numpy's, such as `<f4`; a list for other kinds. */
    readonly dtype: unknown;
    /** Read when it is asked for. */
    readonly value: unknown;
  }
  export class File extends Group {
    constructor(buffer: ArrayBuffer, name: string);
  }
}
