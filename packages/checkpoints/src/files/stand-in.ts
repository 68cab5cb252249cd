/** Detects files that are served in place of a model's file: Git LFS pointers and HTML error pages. */
import type { Explanation } from '@albert-web/errors';
import { MissingFileError, StandInError } from '../errors.ts';
import type { ModelFiles, ReadOptions } from './types.ts';

/** A pointer has about 130 bytes. */
const maxPointerBytes = 1024;

/** @throws StandInError for a Git LFS pointer or an HTML page */
export function checkNotStandIn(path: string, location: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (bytes.length <= maxPointerBytes && start.startsWith('version https://git-lfs.github.com/spec/')) {
    throw new StandInError({
      problem: `${path} is a Git LFS pointer, not the file itself`,
      expected: 'Expected the file itself',
      remedy: 'Run "git lfs install" and "git lfs pull" where the model was cloned, or load it by its id on the Hub',
    });
  }
  if (/^<(?:!doctype html|html)[\s>]/iu.test(start)) throw new StandInError(htmlPage(path, location));
}

/** Explains that there is an HTML page in place of a file. Every file of a model is reported this way. */
function htmlPage(path: string, location: string): Explanation {
  return {
    problem: `${path} in ${location} is an HTML page`,
    expected: 'Expected the file itself',
    remedy:
      'Check the location of the model, and that the server responds with 404 for missing files, not with a fallback page',
  };
}

/**
 * The error for a file in whose place a server sends an HTML page. Many servers do so for all files that they do not have,
 * so an optional file counts as missing.
 */
export function servedAsPage(path: string, location: string): MissingFileError {
  const page = htmlPage(path, location);
  return new MissingFileError(page, { cause: new StandInError(page) });
}

/** Returns the error of a missing file if a server sends an HTML page in its place, and undefined for any other file. */
export async function pageInPlaceOf(
  files: ModelFiles,
  path: string,
  { signal }: Pick<ReadOptions, 'signal'> = {},
): Promise<MissingFileError | undefined> {
  try {
    await files.size(path, { signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof MissingFileError)) throw error;
    return error.cause instanceof StandInError ? error : undefined;
  }
}
