/** What every task refuses before it runs. */
import { labelNames, tasks, type ModelFacts, type TaskName } from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';
import type { TextInput } from '@albert-web/tokenizer';
import { UnsupportedTaskError } from '../errors.ts';
import type { Session } from './session.ts';

/** What the specification asks of a loaded model. */
export function factsOf({ config, head, inference }: Session): ModelFacts {
  return { config, head, sentenceEncoder: inference.sentence !== undefined };
}

/** @throws UnsupportedTaskError for a task that the model's head, or the names of its classes, say nothing about */
export function requireTask(session: Session, task: TaskName): void {
  const facts = factsOf(session);
  const { does, needs, can } = tasks[task];
  if (!can(facts)) throw new UnsupportedTaskError(does, describe(facts), needs);
}

function describe({ config, head, sentenceEncoder }: ModelFacts): string {
  if (sentenceEncoder) return 'a sentence encoder';
  if (head === 'sequence_classification') return `a classifier of ${labelNames(config).join(', ')}`;
  return `an ALBERT with the head ${head}`;
}

/** @throws InvalidArgumentError unless it is a list of texts that are not empty */
export function requireTexts(argument: string, texts: readonly string[]): void {
  requireList(argument, texts);
  texts.forEach(refuseEmpty);
}

/** @throws InvalidArgumentError unless it is a list of texts and of pairs of them */
export function requireInputs(argument: string, inputs: readonly TextInput[]): void {
  requireList(argument, inputs);
  inputs.forEach((input, index) => {
    if (typeof input !== 'string') requirePair(`${argument}[${index}]`, input);
  });
}

/** @throws InvalidArgumentError unless it is a list of pairs of texts that are not empty */
export function requirePairs(argument: string, pairs: readonly (readonly [string, string])[]): void {
  requireList(argument, pairs);
  pairs.forEach((pair, index) => {
    requirePair(`${argument}[${index}]`, pair);
    pair.forEach(refuseEmpty);
  });
}

/** @throws InvalidArgumentError unless it is one of the values an option has, or was left out */
export function requireOneOf(option: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new InvalidArgumentError({
    problem: `${option} is ${shown(value)}`,
    expected: `Expected ${allowed.map((name) => `"${name}"`).join(', ')}`,
    remedy: 'Correct the option, or leave it out',
  });
}

/** @throws InvalidArgumentError unless it is a whole number from 1 on, or was left out */
export function requireCount(option: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new InvalidArgumentError({
    problem: `${option} is ${shown(value)}`,
    expected: 'Expected a whole number from 1 on',
    remedy: 'Correct the option, or leave it out',
  });
}

function requireList(argument: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new InvalidArgumentError({
    problem: `${argument} is ${shown(value)}`,
    expected: 'Expected a list',
    remedy: 'Put a single one into brackets, as in [text]',
  });
}

function requirePair(argument: string, value: unknown): void {
  if (Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === 'string')) return;
  throw new InvalidArgumentError({
    problem: `${argument} is ${shown(value)}`,
    expected: 'Expected a text, or a pair of them: [first, second]',
    remedy: 'Correct the argument',
  });
}

/** A value of any type, for a message. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

/** @throws InvalidArgumentError */
export function refuseEmpty(text: string): void {
  if (typeof text === 'string' && text.trim() !== '') return;
  throw new InvalidArgumentError({
    problem: typeof text === 'string' ? 'A text is empty' : `A text is ${typeof text}, not a string`,
    expected: 'Expected at least one character that is not a space',
    remedy: 'Leave the row out, or fill it in',
  });
}
