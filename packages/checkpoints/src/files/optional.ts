import { pageInPlaceOf } from './stand-in.ts';
import type { ModelFiles } from './types.ts';
import { MissingFileError } from '../errors.ts';
import { limits } from '../limits.ts';

/** A model's files. A missing file reads as undefined. */
export interface OptionalFiles {
  /** The bytes of a file, such as a vocabulary: it has the limit of a text. */
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** A file's text, in UTF-8. */
  readText(path: string): Promise<string | undefined>;
  /** A parsed JSON file. */
  readJson(path: string): Promise<unknown>;
  /** The error for a missing file if it says more than that: the server sends an HTML page in its place. */
  whyMissing(path: string): Promise<MissingFileError | undefined>;
}

/** Reads optional files with one request each, instead of checking for existence first. */
export function optionalFiles(files: ModelFiles, signal?: AbortSignal): OptionalFiles {
  return {
    readBytes: (path) => undefinedIfMissing(files.readBytes(path, { signal, limit: limits.text })),
    readText: (path) => undefinedIfMissing(files.readText(path, { signal })),
    readJson: (path) => undefinedIfMissing(files.readJson(path, { signal })),
    whyMissing: (path) => pageInPlaceOf(files, path, { signal }),
  };
}

/**
 * Returns the result of a read, from a model's files or from the file system, or undefined if the file or folder is missing.
 *
 * @throws any other error: something that exists but cannot be read is not missing
 */
export async function undefinedIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MissingFileError || isNotFound(error)) return undefined;
    throw error;
  }
}

const isNotFound = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
