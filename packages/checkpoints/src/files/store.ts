/** Where files that were fetched once are kept: the Cache API in pages and workers, a folder in Node. */

/** One kept file. */
export interface StoredFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes when they were stored. */
  readonly sha256: string;
  /** What the server called this version. */
  readonly version: string | undefined;
}

/** Files by key. A key is a URL; `#` and what follows tells versions of one file apart. */
export interface FileStore {
  /** Reads into `into` where its length is right. Unverified: see `cachedSource`. */
  get(key: string, into?: Uint8Array<ArrayBuffer>): Promise<StoredFile | undefined>;
  has(key: string): Promise<boolean>;
  /** Replaces every version of the same file. @throws when there is no room. */
  put(key: string, file: StoredFile): Promise<void>;
  delete(key: string): Promise<void>;
  /** Removes every file whose URL begins so; all of them without a prefix. */
  clear(prefix?: string): Promise<void>;
}

/** Changes when what is stored, or how, changes; files of other versions are never read. */
export const storeVersion = 'v1';

/** The part of a key that all versions of a file share. */
export const urlOfKey = (key: string): string => key.replace(/#.*$/u, '');
