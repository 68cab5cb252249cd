/**
 * Checks public arguments. Every options interface has a table beside it, with one rule for each option. Values that break
 * their rule are rejected, and so are options that are not in the table.
 */
import { InvalidArgumentError } from './errors.ts';

/** What a value must be. */
export interface Rule {
  /** Completes "Expected ...". */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** The rule for every member of a list, so that the message can name the first wrong one. */
  readonly member?: Rule;
  /** Whether an option must not be left out. */
  readonly required?: boolean;
}

/** The key of the rule for options that are not in the table, for a function that passes them on. */
export const otherOptions = Symbol('other options');

/** A rule for each option of an interface. */
export type Rules<Options> = Readonly<Record<keyof Options, Rule>> & { readonly [otherOptions]?: Rule };

/** An option that must not be left out, so the options must not be either. */
export const required = (rule: Rule): Rule => ({ ...rule, required: true });

/** A whole number. @param least the smallest that is accepted. @param most the largest. */
export const whole = (least: number, most = Infinity): Rule => ({
  expected: `a whole number from ${least} ${most === Infinity ? 'on' : `to ${most}`}`,
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
});

/** A finite number. */
export const finite = (least = -Infinity, most = Infinity): Rule => ({
  expected:
    least === -Infinity
      ? 'a number'
      : most === Infinity
        ? `a number from ${least} on`
        : `a number from ${least} to ${most}`,
  accepts: (value) => Number.isFinite(value) && (value as number) >= least && (value as number) <= most,
});

/** `true` or `false`. */
export const flag: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

/** Any text, including the empty one. */
export const string: Rule = { expected: 'a string', accepts: (value) => typeof value === 'string' };

/** Text with more than white space in it. */
export const text: Rule = {
  expected: 'a text with at least one character that is not a space',
  accepts: (value) => typeof value === 'string' && value.trim() !== '',
};

/** A function. */
export const callback: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };

/** A URL, absolute or relative. */
export const address: Rule = {
  expected: 'a URL',
  accepts: (value) => (typeof value === 'string' && value !== '') || value instanceof URL,
};

/** An AbortSignal, including one from another realm. */
export const abortSignal: Rule = {
  expected: 'an AbortSignal',
  accepts: (value) => value instanceof EventTarget && 'aborted' in value,
};

/** Anything. For options that only code passes, so that the type checker is enough. */
export const anything: Rule = { expected: 'anything', accepts: () => true };

/** One of several names. */
export const oneOf = (names: readonly (string | false)[]): Rule => ({
  expected: `one of ${names.map((name) => JSON.stringify(name)).join(', ')}`,
  accepts: (value) => names.some((name) => name === value),
});

/** Whether every member of a list follows a rule. A hole counts as a member, although `every` would skip it. */
export const everyMember = (value: readonly unknown[], { accepts }: Rule): boolean => Array.from(value).every(accepts);

/** A list whose members all follow a rule. @param least the minimum number of members. */
export const listOf = (member: Rule, least = 0): Rule => ({
  expected: `a list of ${least > 0 ? `at least ${least}: ` : ''}${member.expected}`,
  accepts: (value) => Array.isArray(value) && value.length >= least && everyMember(value, member),
  member,
});

/** One value, or a list of them. */
export const oneOrMany = (member: Rule): Rule => ({
  expected: `${member.expected}; or a list of such`,
  accepts: (value) => (Array.isArray(value) ? everyMember(value, member) : member.accepts(value)),
  member,
});

/** An options object nested in another. */
export const nested = <Options>(rules: Rules<Options>, expected: string): Rule => ({
  expected,
  accepts: (value) =>
    isObject(value) &&
    Object.keys(value).every((name) => Object.hasOwn(rules, name)) &&
    Object.entries<Rule>(rules).every(([name, rule]) => rule.accepts(value[name])),
});

/**
 * Checks that an argument follows its rule.
 *
 * @param name the parameter's name in the signature, for the message.
 * @throws InvalidArgumentError
 */
export function checkArgument(name: string, value: unknown, { expected, accepts, member }: Rule): void {
  if (accepts(value)) return;
  const wrong = member && Array.isArray(value) ? value.findIndex((each) => !member.accepts(each)) : -1;
  if (member && wrong >= 0) checkArgument(`${name}[${wrong}]`, (value as unknown[])[wrong], member);
  throw new InvalidArgumentError({
    problem: `${name} is ${shown(value)}`,
    expected: `Expected ${expected}`,
    remedy: 'Correct the argument',
  });
}

/**
 * Checks that all options are in the table and follow its rules, and that none is missing that is required. An option that is
 * `undefined` counts as left out.
 *
 * @throws InvalidArgumentError
 */
export function checkOptions(options: object | undefined = {}, rules: Rules<Record<string, unknown>>): void {
  if (!isObject(options)) {
    throw new InvalidArgumentError({
      problem: `The options are ${shown(options)}`,
      expected: 'Expected an object',
      remedy: 'Pass options by name, as in { batchSize: 8 }',
    });
  }
  const left = Object.keys(rules).filter((name) => rules[name]?.required && options[name] === undefined);
  for (const [name, value] of [...Object.entries(options), ...left.map((name) => [name, undefined] as const)]) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : rules[otherOptions];
    if (!rule) throw unknownOption(name, Object.keys(rules));
    if (value === undefined ? !rule.required : rule.accepts(value)) continue;
    throw new InvalidArgumentError({
      problem: `${name} is ${shown(value)}`,
      expected: `Expected ${rule.expected}`,
      remedy: rule.required ? 'Pass it as an option' : 'Correct the option, or leave it out',
    });
  }
}

function unknownOption(name: string, known: readonly string[]): InvalidArgumentError {
  const meant = closest(name, known);
  return new InvalidArgumentError({
    problem: `There is no option "${name}"`,
    expected: known.length === 0 ? 'Expected no options' : `Expected ${known.join(', ')}`,
    remedy: meant === undefined ? 'Leave it out' : `Did you mean "${meant}"?`,
  });
}

/** Returns the name that was probably meant: the same name in another spelling (`top_k`), or one at most two edits away. */
function closest(name: string, known: readonly string[]): string | undefined {
  const plain = (spelling: string): string => spelling.replaceAll(/[_-]/gu, '').toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, edits: editDistance(plain(name), plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.min(2, candidate.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate;
}

/** Computes the Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(a).entries()) {
    const above = row;
    row = [line + 1];
    for (let column = 0; column < b.length; column++) {
      const replaced = (above[column] ?? 0) + (letter === b[column] ? 0 : 1);
      row.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the class of an object whose members say nothing as JSON, such as a Set, a Blob or a typed array. */
function classOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const name: unknown = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return typeof name === 'string' && !['Object', 'Array', 'String', 'Number', 'Boolean'].includes(name)
    ? name
    : undefined;
}

/** Formats a value of any type for a message. */
export function shown(value: unknown): string {
  const simple = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'function';
  if (simple || typeof value === 'symbol') return typeof value === 'function' ? 'a function' : String(value);
  const className = classOf(value);
  if (className === 'Promise') return 'a promise, which lacks an await';
  if (className !== undefined) return `an object of class ${className}`;
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 80);
  } catch {
    return 'an object that cannot be shown';
  }
}
