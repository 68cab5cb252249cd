import { sha256 } from './sha256.ts';
import type { FileIdentity } from './types.ts';
import { FileTooLargeError, IntegrityError } from '../errors.ts';

/** @throws IntegrityError when `bytes` are not the file the index describes. */
export async function verifyFile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  { size, sha256: expected }: FileIdentity,
): Promise<void> {
  if (bytes.length !== size) throw wrongSize(path, bytes.length, size);
  const actual = await sha256(bytes);
  if (actual !== expected) {
    throw new IntegrityError({
      problem: `${path} has SHA-256 ${actual}`,
      expected: `Expected ${expected}, as the model's index says`,
      remedy: 'The file was damaged or replaced: load it again, or get the model from its source',
    });
  }
}

/** For files whose kind has a limit. @throws FileTooLargeError */
export function checkLimit(path: string, length: number | undefined, limit: number | undefined): void {
  if (length === undefined || limit === undefined || length <= limit) return;
  throw new FileTooLargeError({
    problem: `${path} has ${length} bytes or more`,
    expected: `Expected at most ${limit}`,
    remedy: 'Check the location of the model: this is another file, or a hostile one',
  });
}

/** For a transfer that ended too early or ran on past the length it should have. */
export function wrongSize(path: string, actual: number, expected: number): IntegrityError {
  return new IntegrityError({
    problem: `${path} has ${actual > expected ? 'at least ' : ''}${actual} bytes`,
    expected: `Expected ${expected}`,
    remedy: 'The file was truncated or replaced: load it again, or get the model from its source',
  });
}
