import { sha256 } from './sha256.ts';
import type { FileIdentity } from './types.ts';
import { FileTooLargeError, IntegrityError } from '../errors.ts';

/** @throws IntegrityError when `bytes` do not match the index */
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
      expected: `Expected ${expected}, as stated in the model's index`,
      remedy: 'The file was damaged or replaced: load it again, or get the model from its source',
    });
  }
}

/** Checks a size limit. @throws FileTooLargeError */
export function checkLimit(path: string, length: number | undefined, limit: number | undefined): void {
  if (length === undefined || limit === undefined || length <= limit) return;
  throw new FileTooLargeError({
    problem: `${path} has ${length} bytes or more`,
    expected: `Expected at most ${limit}`,
    remedy: 'Check the location of the model: this is a different or a malicious file',
  });
}

/** The error for a transfer that is too short or too long. */
export function wrongSize(path: string, actual: number, expected: number): IntegrityError {
  return new IntegrityError({
    problem: `${path} has ${actual > expected ? 'at least ' : ''}${actual} bytes`,
    expected: `Expected ${expected}`,
    remedy: 'The file was truncated or replaced: load it again, or get the model from its source',
  });
}
