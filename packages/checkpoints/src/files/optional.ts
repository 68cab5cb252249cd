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
}

/** Reads optional files with one request each, instead of checking for existence first. */
export function optionalFiles(files: ModelFiles, signal?: AbortSignal): OptionalFiles {
  return {
    readBytes: (path) => unlessMissing(files.readBytes(path, { signal, limit: limits.text })),
    readText: (path) => unlessMissing(files.readText(path, { signal })),
    readJson: (path) => unlessMissing(files.readJson(path, { signal })),
  };
}

/** Returns the result of `read`, or undefined if the file is missing. */
export async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof MissingFileError) return undefined;
    throw error;
  }
}
