import { messageOf } from '@albert-web/errors';
import { checkPath } from './path.ts';
import { checkNotStandIn } from './stand-in.ts';
import { checkLimit } from './verify.ts';
import type { FileSource, ModelFiles, ReadOptions } from './types.ts';
import { JsonError, MissingFileError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Adds the shared checks and convenience methods to a source. */
export function modelFiles(source: FileSource): ModelFiles {
  const readBytes = async (path: string, options: ReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> => {
    const { signal, limit = limits.weights } = options;
    signal?.throwIfAborted();
    // This check runs before the caller's own check, and before the file is cached.
    const check = (bytes: Uint8Array<ArrayBuffer>): void => {
      checkNotStandIn(path, source.location, bytes);
      options.check?.(bytes);
    };
    const bytes = await source.read(checkPath(path), { ...options, limit, check });
    signal?.throwIfAborted();
    checkNotStandIn(path, source.location, bytes);
    checkLimit(path, bytes.length, limit);
    return bytes;
  };
  const readParsed = async <T>(
    path: string,
    parse: (bytes: Uint8Array) => T,
    options: ReadOptions = {},
  ): Promise<T> => {
    let checked: { readonly value: T } | undefined;
    const check = (bytes: Uint8Array): void => void (checked = { value: parse(bytes) });
    const bytes = await readBytes(path, { ...options, limit: options.limit ?? limits.text, check });
    return checked ? checked.value : parse(bytes);
  };
  return {
    location: source.location,
    remedy: source.remedy,
    localOnly: source.localOnly,
    readBytes,
    readText: (path, options) => readParsed(path, (bytes) => decodeText(path, bytes), options),
    list:
      source.list &&
      (async ({ signal } = {}) => {
        signal?.throwIfAborted();
        return (await source.list?.()) ?? [];
      }),
    readJson: (path, options) => readParsed(path, (bytes) => parseJson(path, decodeText(path, bytes)), options),
    size: async (path, { signal } = {}) => {
      signal?.throwIfAborted();
      return source.size(checkPath(path), signal);
    },
    has: async (path, { signal } = {}) => {
      signal?.throwIfAborted();
      try {
        await source.size(checkPath(path), signal);
        return true;
      } catch (error) {
        if (error instanceof MissingFileError) return false;
        throw error;
      }
    },
  };
}

/** The error for a missing file, for sources. */
export function missingFile(path: string, location: string, why = 'was not found'): MissingFileError {
  return new MissingFileError({
    problem: `${path} ${why} in ${location}`,
    expected: 'Expected a model folder as on the Hugging Face Hub',
    remedy: 'Check the location of the model',
  });
}

function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw notJson(path, 'is not UTF-8 text', error);
  }
}

/** @throws JsonError */
export function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw notJson(path, `is not JSON (${messageOf(error)})`, error);
  }
}

function notJson(path: string, problem: string, cause: unknown): JsonError {
  return new JsonError(
    {
      problem: `${path} ${problem}`,
      expected: 'Expected a JSON file',
      remedy: 'Check the location of the model, and download the file again',
    },
    { cause },
  );
}
