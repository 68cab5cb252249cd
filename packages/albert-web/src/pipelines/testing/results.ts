/** Compares what two pipelines answered. */
import { maxAbsDiff } from '@albert-web/testing';

interface TensorLike {
  readonly type: string;
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

/** An answer as JSON holds it. */
export function plain(answer: unknown): unknown {
  if (isTensor(answer)) return { type: answer.type, dims: [...answer.dims], data: Array.from(answer.data) };
  return JSON.parse(JSON.stringify(answer)) as unknown;
}

const isTensor = (value: unknown): value is TensorLike =>
  typeof value === 'object' && value !== null && 'dims' in value && 'data' in value && 'type' in value;

/**
 * The largest difference of two numbers at one place. Fields that only the first has are left out.
 *
 * @throws Error when anything else differs
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

/** transformers.js loses the space of a piece that is a space alone. */
const withoutSpaces = (value: unknown): string => String(value).replaceAll(' ', '');

function sameText(actual: string, expected: string, place: string): void {
  if (actual !== expected) throw new Error(`${place}: "${actual}", expected "${expected}"`);
}
