/** Signatures of methods: rules that tasks share, and the check. The types ensure that no argument or option lacks a rule. */
import type { TaskArgument, TaskName } from '@albert-web/core/spec';
import {
  abortSignal,
  callback,
  checkArgument,
  checkOptions,
  everyMember,
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
import type { CallOptions, ManyOptions } from './engine/session.ts';

/** A method's arguments by name, and its options. */
export interface Signature<Argument extends string = string> {
  readonly arguments: Readonly<Record<Argument, Rule>>;
  readonly options: Readonly<Record<string, Rule>>;
}

/** The signature of a task's method. */
export type TaskSignature<Task extends TaskName> = Signature<TaskArgument<Task>>;

/** @throws InvalidArgumentError for an invalid argument or option */
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

/** Whether a value is a list of two members that follow a rule. */
export const isPairOf = (member: Rule, value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && everyMember(value, member);

const textOrPair: Rule = {
  expected: 'a text, or a pair of them: [first, second]',
  accepts: (value) => string.accepts(value) || isPairOf(string, value),
};

/** One text, or a list of texts and pairs. A list of two strings is two texts, so a single pair must be in a list. */
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
