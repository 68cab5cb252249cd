/** Computes a model's answers when nothing else runs, and compares answers. */
import type { BackendName } from '@albert-web/core/spec';
import type { BrowserLoadOptions } from '../../../src/load.ts';
import type { Model } from '../../../src/model.ts';
import { locationOf, models, type ModelName } from './models.ts';
import { noted } from './waits.ts';

/** A model on a backend. */
export interface Pair {
  readonly model: ModelName;
  readonly backend: BackendName;
}

/** Tolerance between two answers: batches of different lengths are summed in a different order. */
const tolerance = 1e-4;

/** Milliseconds, longer than a soak test: an emulated GPU may be arbitrarily slow, and the runner detects hangs. */
const probeTimeout = 100_000_000;

/** Returns a name for a pair. */
export const nameOf = ({ model, backend }: Pair): string => `${model} on ${backend}`;

/** Loads a model of the soak test. */
export async function open({ model, backend }: Pair, options: BrowserLoadOptions = {}): Promise<Model> {
  if (!window.albert) throw new Error('window.albert is missing');
  const location = await locationOf(model);
  const loading = window.albert.load(location, { backend, probeTimeout, onWarning: () => undefined, ...options });
  return noted(`the load of ${nameOf({ model, backend })}`, loading);
}

/** Runs all calls of a model one after the other, and returns the answers. */
export async function serialAnswers(pair: Pair): Promise<unknown[]> {
  const model = await open(pair);
  const answers: unknown[] = [];
  for (const [index, ask] of models[pair.model].asks.entries())
    answers.push(plain(await noted(`${nameOf(pair)}, question ${index}`, ask(model))));
  await noted(`the disposal of ${nameOf(pair)}`, model.dispose());
  return answers;
}

/** Converts an answer to plain JSON data. */
export function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** Describes the first difference between two plain values; undefined if they are equal. */
export function difference(actual: unknown, expected: unknown, at = 'answer'): string | undefined {
  if (typeof actual === 'number' && typeof expected === 'number') {
    return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
      ? undefined
      : `${at} is ${actual} and not ${expected}`;
  }
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return actual === expected ? undefined : `${at} is ${String(actual)} and not ${String(expected)}`;
  }
  for (const name of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    const found = difference(Reflect.get(actual, name), Reflect.get(expected, name), `${at}.${name}`);
    if (found) return found;
  }
  return undefined;
}
