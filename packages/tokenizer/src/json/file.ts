import { isRecord } from '../config.ts';
import { TokenizerFormatError } from '../errors.ts';

/** An object of `tokenizer.json`: the part of a tokenizer that its `type` names. */
export type JsonPart = Readonly<Record<string, unknown>>;

/** A part that `tokenizer.json` must have. */
export function partOf(value: unknown, where: string): JsonPart {
  if (isRecord(value)) return value;
  throw malformed(where, 'an object', value);
}

/** A list that `tokenizer.json` must have. */
export function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw malformed(where, 'a list', value);
}

/** A string that `tokenizer.json` must have. */
export function stringOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw malformed(where, 'a string', value);
}

/** A flag of `tokenizer.json`, or what its absence means. */
export function flagOf(value: unknown, missing: boolean, where: string): boolean {
  const flag = value ?? missing;
  if (typeof flag === 'boolean') return flag;
  throw malformed(where, 'true or false', value);
}

/** Refuses a list that is too long for the work each of its items makes. @throws TokenizerFormatError */
export function atMost<T>(most: number, items: readonly T[], where: string): readonly T[] {
  if (items.length <= most) return items;
  throw malformed(where, `at most ${most} of them`, items.length);
}

/** A part of `tokenizer.json` is not what its place asks for. */
export function malformed(where: string, expected: string, value: unknown): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `tokenizer.json has ${shown(value)} as ${where}`,
    expected: `Expected ${expected}`,
    remedy: 'Fetch the file again',
  });
}

/** A part of `tokenizer.json` is of a kind that no ALBERT model uses. */
export function unsupported(where: string, what: unknown): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `tokenizer.json uses ${shown(what)} as ${where}, which this package does not read`,
    remedy: 'Use the spiece.model of the same model, or check that the file belongs to an ALBERT',
  });
}

/** `undefined` has no JSON, whatever the type of `JSON.stringify` says. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
