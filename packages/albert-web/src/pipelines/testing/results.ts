/** Compares the results of two pipelines. */
import { maxAbsDiff } from '@albert-web/testing';

interface TensorLike {
  readonly type: string;
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

/** Converts a result to plain JSON data. */
export function plain(answer: unknown): unknown {
  if (isTensor(answer)) return { type: answer.type, dims: [...answer.dims], data: Array.from(answer.data) };
  return JSON.parse(JSON.stringify(answer)) as unknown;
}

const isTensor = (value: unknown): value is TensorLike =>
  typeof value === 'object' && value !== null && 'dims' in value && 'data' in value && 'type' in value;

/**
 * Returns the largest difference between corresponding numbers. Fields that only `actual` has are ignored.
 *
 * @throws Error if anything else differs
 */
export function largestDifference(actual: unknown, expected: unknown, place = 'answer'): number {
  if (typeof actual === 'number' && typeof expected === 'number') return Math.abs(actual - expected);
  if (isTensor(actual) && isTensor(expected)) {
    sameText(actual.type, expected.type, `${place}.type`);
    sameText(actual.dims.join(), expected.dims.join(), `${place}.dims`);
    return maxAbsDiff(Array.from(actual.data), Array.from(expected.data));
  }
  if (typeof expected !== 'object' || expected === null) {
    sameText(withoutSpaces(actual), withoutSpaces(expected), place);
    return 0;
  }
  if (typeof actual !== 'object' || actual === null) throw new Error(`${place}: ${JSON.stringify(actual)}`);
  if (Array.isArray(expected))
    sameText(String((actual as unknown[]).length), String(expected.length), `${place}.length`);
  const fields = Object.entries(expected).map(([name, value]) =>
    largestDifference((actual as Readonly<Record<string, unknown>>)[name], value, `${place}.${name}`),
  );
  return Math.max(0, ...fields);
}

/** Removes spaces: transformers.js loses the space of a token that is only a space. */
const withoutSpaces = (value: unknown): string => String(value).replaceAll(' ', '');

function sameText(actual: string, expected: string, place: string): void {
  if (actual !== expected) throw new Error(`${place}: "${actual}", expected "${expected}"`);
}
