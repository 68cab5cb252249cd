/** The storage of the cache: the Cache API in pages and workers, a folder in Node. */

/** A cached file. */
export interface StoredFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes when they were stored. */
  readonly sha256: string;
  /** The server's version, such as an ETag. */
  readonly version: string | undefined;
}

/** Files by key. A key is a URL; the part after `#` distinguishes versions of a file. */
export interface FileStore {
  /** Reads a file without verifying it: `cachedSource` does that. */
  get(key: string): Promise<StoredFile | undefined>;
  has(key: string): Promise<boolean>;
  /** Replaces all versions of the same file. @throws if there is no space. */
  put(key: string, file: StoredFile): Promise<void>;
  delete(key: string): Promise<void>;
  /** Removes all files whose URL starts with the prefix, or all files. */
  clear(prefix?: string): Promise<void>;
}

/** Version of the storage format. Files of other versions are never read. */
export const storeVersion = 'v1';

/** Returns the URL in a key, shared by all versions of a file. */
export const urlOfKey = (key: string): string => key.replace(/#.*$/u, '');
