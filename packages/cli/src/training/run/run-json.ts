/** `run.json`: the identity of the run in an output folder. */
import { messageOf } from '@albert-web/errors';
import { RunFolderError } from '../../errors.ts';

/** The identity of a run: everything that determines its weights. A resumed run must have the same. */
export type RunIdentity = Readonly<Record<string, string | number | boolean>>;

/**
 * Parses `run.json`.
 *
 * @param path path for error messages
 * @throws RunFolderError
 */
export function parseRunIdentity(text: string, path: string): RunIdentity {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damagedError(path, messageOf(error), error);
  }
  if (isIdentity(value)) return value;
  throw damagedError(path, 'it is not an object of strings, numbers and booleans');
}

function isIdentity(value: unknown): value is RunIdentity {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => ['string', 'number', 'boolean'].includes(typeof each));
}

function damagedError(path: string, reason: string, cause?: unknown): RunFolderError {
  return new RunFolderError(
    { problem: `${path} is damaged: ${reason}`, remedy: 'Choose another --output_dir, or delete this one' },
    { cause },
  );
}
