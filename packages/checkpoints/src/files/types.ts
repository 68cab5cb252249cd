/** A model's files, wherever they are: what every reader of a model takes. */

/** What a file must be, as the model's index states it. */
export interface FileIdentity {
  /** Length in bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** How one file is read. */
export interface ReadOptions {
  /** Stops the read; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called as bytes arrive with the count since the start, which may fall when a broken transfer starts over, and the
   * file's length where it is known.
   */
  readonly onBytes?: ((loaded: number, total: number | undefined) => void) | undefined;
  /** Size and hash are checked before the bytes are given out, from the network and from a cache alike. */
  readonly expected?: FileIdentity | undefined;
  /** Most bytes to take; a longer file is refused before there is memory for it. Default: no limit. */
  readonly limit?: number | undefined;
  /**
   * Looks at a complete file and throws when it is not what it should be. From a server such a file is fetched once more,
   * past every cache, and one that fails again is not kept. Called only where bytes can come out wrong: on their way, or in
   * a cache.
   */
  readonly check?: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** Where to put the bytes; its length must be `expected.size`. Without it a fresh array is made. */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
}

/** Files of one model by path, `/` between folders, relative to the model's root. */
export interface ModelFiles {
  /** The folder, base URL or list the files come from, for messages. */
  readonly location: string;
  /** What to do when the model is not there, for messages. Default: to check the location. */
  readonly remedy?: string | undefined;
  /** Only what is cached can be read. */
  readonly localOnly?: boolean | undefined;
  /**
   * The bytes of a file, an array of its own unless `into` is given.
   *
   * @throws MissingFileError, ReadError, IntegrityError, UnsafePathError, or the abort reason.
   */
  readBytes(path: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** A UTF-8 file. */
  readText(path: string, options?: ReadOptions): Promise<string>;
  /** A parsed JSON file; @throws JsonError when it is not JSON, besides what `readBytes` throws. */
  readJson(path: string, options?: ReadOptions): Promise<unknown>;
  /** Length in bytes where it can be had without reading the file; undefined where it cannot. @throws MissingFileError */
  size(path: string, options?: Pick<ReadOptions, 'signal'>): Promise<number | undefined>;
  /** The paths of all files, where the source can tell: folders, archives and dropped files can, servers cannot. */
  readonly list?: ((options?: Pick<ReadOptions, 'signal'>) => Promise<readonly string[]>) | undefined;
  /** Whether the file exists. */
  has(path: string, options?: Pick<ReadOptions, 'signal'>): Promise<boolean>;
}

/** Where a model's files come from: the little that folders, servers and dropped files do differently. */
export interface FileSource {
  readonly location: string;
  /** As `ModelFiles.remedy`. */
  readonly remedy?: string | undefined;
  /** Only what is cached can be read. */
  readonly localOnly?: boolean | undefined;
  /** As `ModelFiles.readBytes`, for a path that was checked. */
  read(path: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** As `ModelFiles.size`. */
  size(path: string, signal: AbortSignal | undefined): Promise<number | undefined>;
  /** As `ModelFiles.list`. */
  list?(): Promise<readonly string[]>;
}
