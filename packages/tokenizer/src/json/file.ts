import { isRecord } from '../config.ts';
import { TokenizerFormatError } from '../errors.ts';

/** An object of `tokenizer.json`: a component whose kind is its `type`. */
export type JsonPart = Readonly<Record<string, unknown>>;

/** Reads a required object. */
export function partOf(value: unknown, where: string): JsonPart {
  if (isRecord(value)) return value;
  throw malformed(where, 'an object', value);
}

/** Reads a required list. */
export function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw malformed(where, 'a list', value);
}

/** Reads a required string. */
export function stringOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw malformed(where, 'a string', value);
}

/** Reads a flag; `missing` is its default. */
export function flagOf(value: unknown, missing: boolean, where: string): boolean {
  const flag = value ?? missing;
  if (typeof flag === 'boolean') return flag;
  throw malformed(where, 'true or false', value);
}

/** Limits the length of a list, since each item costs time. @throws TokenizerFormatError */
export function atMost<T>(most: number, items: readonly T[], where: string): readonly T[] {
  if (items.length <= most) return items;
  throw malformed(where, `at most ${most} of them`, items.length);
}

/** The error for a component of `tokenizer.json` with an invalid value. */
export function malformed(where: string, expected: string, value: unknown): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `tokenizer.json has ${shown(value)} as ${where}`,
    expected: `Expected ${expected}`,
    remedy: 'Download the file again',
  });
}

/** The error for a component of a kind that no ALBERT model uses. */
export function unsupported(where: string, what: unknown): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `tokenizer.json uses ${shown(what)} as ${where}, which is not supported`,
    remedy: 'Use the spiece.model of the same model, or check that the file belongs to an ALBERT',
  });
}

/** `JSON.stringify(undefined)` returns undefined, although its type says string. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
