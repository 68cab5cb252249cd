/** Files that stand where a model's file should be: a pointer of Git LFS, or a page that says that there is none. */
import { StandInError } from '../errors.ts';

/** A pointer is some 130 bytes long. */
const longestPointer = 1024;

/** @throws StandInError for a Git LFS pointer, and for an HTML page where no JSON is expected: the parser tells that. */
export function refuseStandIn(path: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (bytes.length <= longestPointer && start.startsWith('version https://git-lfs.github.com/spec/')) {
    throw new StandInError({
      problem: `${path} is a Git LFS pointer, not the file that it points to`,
      expected: 'Expected the file itself',
      remedy: 'Run "git lfs install" and "git lfs pull" where the model was cloned, or load it by its id on the Hub',
    });
  }
  if (!path.endsWith('.json') && /^<(?:!doctype html|html)[\s>]/iu.test(start)) {
    throw new StandInError({
      problem: `${path} is an HTML page`,
      expected: 'Expected the file itself',
      remedy: 'Check the location of the model, and that the server answers 404 for files that it does not have',
    });
  }
}
