/** Types for a model's files, from any source. Every reader of a model uses them. */

/** Size and hash of a file, as stated in the model's index. */
export interface FileIdentity {
  /** Length in bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Options for reading a file. */
export interface ReadOptions {
  /** Aborts the read. The promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called as bytes arrive, with the number of bytes so far and the file's length if known. The number drops if a broken transfer
   * starts over.
   */
  readonly onBytes?: ((loaded: number, total: number | undefined) => void) | undefined;
  /** Size and hash to check, for downloads as well as cached files. */
  readonly expected?: FileIdentity | undefined;
  /** Maximum size. A larger file is rejected before memory is allocated. Default: that of weights, in `limits`. */
  readonly limit?: number | undefined;
  /**
   * Checks a complete file, and throws if it is wrong. A download that fails is repeated once, bypassing all caches, and not cached
   * if it fails again. Called only for downloads and cached files.
   */
  readonly check?: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
}

/** The files of a model, by path relative to the model's root, separated by `/`. */
export interface ModelFiles {
  /** The folder, base URL or list that the files come from, for error messages. */
  readonly location: string;
  /** Remedy for error messages if the model is not found. Default: to check the location. */
  readonly remedy?: string | undefined;
  /** Whether only cached files can be read. */
  readonly localOnly?: boolean | undefined;
  /**
   * Reads a file into a new array, which the caller owns.
   *
   * @throws MissingFileError, ReadError, IntegrityError, FileTooLargeError, OutOfMemoryError, UnsafePathError, or the abort
   *   reason.
   */
  readBytes(path: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads a UTF-8 file. */
  readText(path: string, options?: ReadOptions): Promise<string>;
  /** Reads and parses a JSON file. @throws JsonError for invalid JSON, and what `readBytes` throws. */
  readJson(path: string, options?: ReadOptions): Promise<unknown>;
  /** Length in bytes, or undefined if it cannot be determined without reading the file. @throws MissingFileError */
  size(path: string, options?: Pick<ReadOptions, 'signal'>): Promise<number | undefined>;
  /** Lists the paths of all files. Missing for servers, which cannot list files. @throws ReadError */
  readonly list?: ((options?: Pick<ReadOptions, 'signal'>) => Promise<readonly string[]>) | undefined;
  /** Whether the file exists. */
  has(path: string, options?: Pick<ReadOptions, 'signal'>): Promise<boolean>;
}

/** A source of files: the operations that differ between folders, servers and dropped files. */
export interface FileSource {
  readonly location: string;
  /** Like `ModelFiles.remedy`. */
  readonly remedy?: string | undefined;
  /** Whether only cached files can be read. */
  readonly localOnly?: boolean | undefined;
  /** Like `ModelFiles.readBytes`, for a path that has been checked. */
  read(path: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Like `ModelFiles.size`. */
  size(path: string, signal: AbortSignal | undefined): Promise<number | undefined>;
  /** Like `ModelFiles.list`. @throws ReadError */
  list?(): Promise<readonly string[]>;
}
