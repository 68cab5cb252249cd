/** Mutations of the contents of JSON. The result is still JSON. */
import type { Random } from '../numbers.ts';
import type { Bytes, Mutation } from './target.ts';

/** Values that a parser may not expect. */
const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  '\ud800',
  '__proto__',
  '../../etc/passwd',
  'x'.repeat(1000),
  [],
  {},
  [[]],
  { type: 'Sequence' },
];

/** Returns a copy in which one value at any depth is removed, repeated, renamed, or replaced by an odd one. */
export function mutateValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.uniform() < 0.05) return pick(oddValues, random);
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  const key = pick(Object.keys(copy), random);
  if (key === undefined) return copy;
  const chosen: unknown = Reflect.get(copy, key);
  const change = random.uniform();
  if (change < 0.1) return without(copy, key);
  if (change < 0.15) return repeated(copy, key, chosen);
  Reflect.set(copy, key, mutateValue(chosen, random));
  return copy;
}

function without(copy: unknown[] | Record<string, unknown>, key: string): unknown {
  if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else Reflect.deleteProperty(copy, key);
  return copy;
}

/** Adds a value a thousand times: to a list as it is, to an object under other names. */
function repeated(copy: unknown[] | Record<string, unknown>, key: string, chosen: unknown): unknown {
  const copies = Array.from({ length: 1000 }, () => chosen);
  if (Array.isArray(copy)) return [...copy, ...copies];
  return { ...copy, ...Object.fromEntries(copies.slice(0, 20).map((value, index) => [`${key}${index}`, value])) };
}

/** Makes one to three such changes in a JSON file. */
export const mutateJson: Mutation = (seed, random) => {
  let value: unknown = JSON.parse(new TextDecoder().decode(seed));
  for (let change = random.integer(1, 4); change > 0; change--) value = mutateValue(value, random);
  return new TextEncoder().encode(JSON.stringify(value));
};

function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[random.integer(0, list.length)];
}

/** Serializes a value as a JSON file. */
export const jsonBytes = (value: unknown): Bytes => new TextEncoder().encode(JSON.stringify(value));
