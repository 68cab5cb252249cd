/** Detects files that are served in place of a model's file: Git LFS pointers and HTML error pages. */
import { StandInError } from '../errors.ts';

/** A pointer has about 130 bytes. */
const maxPointerBytes = 1024;

/** @throws StandInError for a Git LFS pointer, or for an HTML page unless JSON is expected, whose parser reports it */
export function checkNotStandIn(path: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (bytes.length <= maxPointerBytes && start.startsWith('version https://git-lfs.github.com/spec/')) {
    throw new StandInError({
      problem: `${path} is a Git LFS pointer, not the file itself`,
      expected: 'Expected the file itself',
      remedy: 'Run "git lfs install" and "git lfs pull" where the model was cloned, or load it by its id on the Hub',
    });
  }
  if (!path.endsWith('.json') && /^<(?:!doctype html|html)[\s>]/iu.test(start)) {
    throw new StandInError({
      problem: `${path} is an HTML page`,
      expected: 'Expected the file itself',
      remedy: 'Check the location of the model, and that the server responds with 404 for missing files',
    });
  }
}
