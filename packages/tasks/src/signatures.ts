/** What public calls take: rules that tasks share, and the check. The types make sure that no argument or option is left out. */
import { backendNames, precisionNames, type TaskArgument, type TaskName } from '@albert-web/core/spec';
import {
  abortSignal,
  address,
  anything,
  callback,
  checkArgument,
  checkOptions,
  everyMember,
  finite,
  flag,
  nested,
  oneOf,
  oneOrMany,
  string,
  text,
  whole,
  type Rule,
  type Rules,
} from '@albert-web/errors';
import type { EarlyExit } from './engine/early-exit.ts';
import { deviceNames, dtypeNames } from './engine/device.ts';
import type { CallOptions, ManyOptions } from './engine/session.ts';
import type { LoadOptions } from './load.ts';

/** A method's arguments by name, and its options. */
export interface Signature<Argument extends string = string> {
  readonly arguments: Readonly<Record<Argument, Rule>>;
  readonly options: Readonly<Record<string, Rule>>;
}

/** The signature of a task's method. */
export type TaskSignature<Task extends TaskName> = Signature<TaskArgument<Task>>;

/** @throws InvalidArgumentError for an argument or an option that the method does not take */
export function checkCall<Argument extends string>(
  signature: Signature<Argument>,
  given: Readonly<Record<NoInfer<Argument>, unknown>>,
  givenOptions: object | undefined,
): void {
  for (const name of Object.keys(signature.arguments) as Argument[]) {
    checkArgument(name, given[name], signature.arguments[name]);
  }
  checkOptions(givenOptions, signature.options);
}

/** Whether a value is a list of two members. */
export const isPairOf = (member: Rule, value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && everyMember(value, member);

const textOrPair: Rule = {
  expected: 'a text, or a pair of them: [first, second]',
  accepts: (value) => string.accepts(value) || isPairOf(string, value),
};

/** One is a string: a list of two strings is two texts, and a single pair stands in a list. */
export const textsOrPairs: Rule = {
  expected: 'a text, or a list of texts and of pairs of them: ["one", ["first", "second"]]',
  accepts: (value) => string.accepts(value) || (Array.isArray(value) && everyMember(value, textOrPair)),
  member: textOrPair,
};

/** One text, or a list of them. */
export const texts = oneOrMany(text);

/** The option `earlyExit`. */
export const earlyExit = nested<EarlyExit>({ patience: whole(1) }, '{ patience: a whole number of layers from 1 on }');

/** Options of every call. */
export const callOptions: Rules<Required<CallOptions>> = {
  signal: abortSignal,
  depth: whole(0),
  priority: oneOf(['interactive', 'bulk']),
};

/** Options of every call with many inputs. */
export const manyOptions: Rules<Required<ManyOptions>> = { ...callOptions, batchSize: whole(1), onProgress: callback };

/** More than any processor has that runs a browser: each is a worker with a stack of its own. */
const mostThreads = 128;

/** What `load` takes. */
const loadOptions: Rules<Required<LoadOptions>> = {
  hubUrl: address,
  allowRemote: flag,
  localPath: address,
  revision: text,
  cache: flag,
  cacheFolder: text,
  localOnly: flag,
  onWarning: callback,
  backend: {
    expected: `"auto", ${backendNames.map((name) => `"${name}"`).join(', ')}, or a list of them`,
    accepts: (value) =>
      value === 'auto' || [value].flat().every((name) => backendNames.some((backend) => backend === name)),
  },
  precision: oneOf(['auto', ...precisionNames]),
  device: oneOf(deviceNames),
  dtype: oneOf(dtypeNames),
  signal: abortSignal,
  onProgress: callback,
  baseModel: address,
  weights: text,
  recover: flag,
  tokenTypeIds: flag,
  wasmFiles: anything,
  threads: whole(1, mostThreads),
  powerPreference: oneOf(['low-power', 'high-performance']),
  probeTimeout: finite(0),
};

/** @throws InvalidArgumentError for an option that `load` does not take */
export function checkLoadOptions(given: LoadOptions): void {
  checkOptions(given, loadOptions);
}
