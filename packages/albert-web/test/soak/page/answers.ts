/** What a model answers when nothing else happens, and whether another answer is the same. */
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

/** How far two answers may lie apart: batches of other lengths are summed in another order. */
const tolerance = 1e-4;

/** Milliseconds, more than a soak takes: an emulated GPU may be as slow as it likes, and the runner sees to what hangs. */
const probeTimeout = 100_000_000;

/** The pair in words. */
export const nameOf = ({ model, backend }: Pair): string => `${model} on ${backend}`;

/** Loads a model of the soak. */
export async function open({ model, backend }: Pair, options: BrowserLoadOptions = {}): Promise<Model> {
  if (!window.albert) throw new Error('window.albert is missing');
  const location = await locationOf(model);
  const loading = window.albert.load(location, { backend, probeTimeout, onWarning: () => undefined, ...options });
  return noted(`the load of ${nameOf({ model, backend })}`, loading);
}

/** The answers to everything that the model is asked, one after the other. */
export async function serialAnswers(pair: Pair): Promise<unknown[]> {
  const model = await open(pair);
  const answers: unknown[] = [];
  for (const [index, ask] of models[pair.model].asks.entries())
    answers.push(plain(await noted(`${nameOf(pair)}, question ${index}`, ask(model))));
  await noted(`the disposal of ${nameOf(pair)}`, model.dispose());
  return answers;
}

/** The answer as JSON has it. */
export function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** The first place where two plain values differ; undefined where they are the same. */
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
