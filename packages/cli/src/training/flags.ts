/**
 * Flags with the names, defaults and spelling of google-research/albert: `--do_train=True`, `--do_train`, `--train_step 800`.
 * Flags that do not apply here are ignored, or rejected with a reason.
 */
import { InvalidArgumentError } from '@albert-web/errors';
import { type Command, Option } from 'commander';

/** A flag: its parser and its default. */
export interface Flag<T> {
  readonly description: string;
  readonly parse: (text: string, name: string) => T;
  readonly fallback: T;
  /** Whether the value can be omitted, as in `--do_train`. */
  readonly toggle?: boolean;
}

/** The values of a table of flags. */
export type FlagValues<F> = { readonly [Name in keyof F]: F[Name] extends Flag<infer T> ? T : never };

/** A text flag; undefined by default unless a default is given. */
export function text(description: string): Flag<string | undefined>;
export function text(description: string, fallback: string): Flag<string>;
export function text(description: string, fallback?: string): Flag<string | undefined> {
  return { description, parse: (value) => value, fallback };
}

/** A flag for an integer of at least `least`; undefined by default unless a default is given. */
export function integer(description: string, fallback: undefined, least?: number): Flag<number | undefined>;
export function integer(description: string, fallback: number, least?: number): Flag<number>;
export function integer(description: string, fallback: number | undefined, least = 0): Flag<number | undefined> {
  return {
    description,
    fallback,
    parse: (value, name) => {
      const number = Number(value);
      if (Number.isInteger(number) && value.trim() !== '' && number >= least) return number;
      throw badFlag(name, value, `a whole number of at least ${least}`);
    },
  };
}

/** A flag for a finite number; undefined by default unless a default is given. */
export function real(description: string): Flag<number | undefined>;
export function real(description: string, fallback: number): Flag<number>;
export function real(description: string, fallback?: number): Flag<number | undefined> {
  return {
    description,
    fallback,
    parse: (value, name) => {
      const number = Number(value);
      if (Number.isFinite(number) && value.trim() !== '') return number;
      throw badFlag(name, value, 'a number');
    },
  };
}

/** A boolean flag: `True`, `False`, or the bare flag. */
export function toggle(description: string, fallback: boolean): Flag<boolean> {
  return { description, fallback, parse: readBoolean, toggle: true };
}

/** A flag for one of several words. */
export function choice<const T extends string>(description: string, words: readonly T[], fallback: T): Flag<T> {
  return {
    description: `${description} (${words.join(', ')})`,
    fallback,
    parse: (value, name) => {
      const word = words.find((word) => word === value.toLowerCase());
      if (word) return word;
      throw badFlag(name, value, `one of ${words.join(', ')}`);
    },
  };
}

/** A flag of the original that has no effect here. */
export function ignored(reason: string): Flag<undefined> {
  return { description: `has no effect: ${reason}`, fallback: undefined, parse: () => undefined };
}

/** A flag of the original that is not supported, except for `harmless` values. */
export function refused(reason: string, harmless: readonly string[] = ['False', 'None', '']): Flag<undefined> {
  return {
    description: `refused: ${reason}`,
    fallback: undefined,
    toggle: true,
    parse: (value, name) => {
      if (harmless.some((word) => word.toLowerCase() === value.toLowerCase())) return undefined;
      throw new InvalidArgumentError({
        problem: `--${name}=${value} is not supported: ${reason}`,
        remedy: `Remove --${name}`,
      });
    },
  };
}

/** An option of a command that the original does not have, checked like a flag. @param written such as `--limit <n>` */
export function checkedOption<T>(written: string, { description, parse }: Flag<T>): Option {
  const option = new Option(written, description);
  return option.argParser((value) => parse(value, option.name()));
}

/** absl's alternative to `--NAME=False`. */
const negated = (name: string): string => `no${name}`;

/** Adds the flags to a command. */
export function addFlags(command: Command, flags: Readonly<Record<string, Flag<unknown>>>): Command {
  for (const [name, flag] of Object.entries(flags)) {
    const fallback = flag.fallback === undefined ? '' : ` (default: ${JSON.stringify(flag.fallback)})`;
    const option = new Option(`--${name} ${flag.toggle ? '[value]' : '<value>'}`, flag.description + fallback);
    command.addOption(option.preset('True').argParser((value) => flag.parse(value, name)));
    if (flag.toggle) command.addOption(new Option(`--${negated(name)}`).hideHelp());
  }
  return command;
}

/** Returns the values of all flags, including defaults. */
export function readFlags<F extends Readonly<Record<string, Flag<unknown>>>>(
  flags: F,
  given: Readonly<Record<string, unknown>>,
): FlagValues<F> {
  const entries = Object.entries(flags).map(([name, { fallback, parse }]) => {
    const value = given[name] ?? (given[negated(name)] === true ? parse('False', name) : fallback);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as FlagValues<F>;
}

/** Returns the value of a required flag. @throws InvalidArgumentError if it is missing */
export function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new InvalidArgumentError({ problem: `--${name} is missing`, remedy: `Pass --${name}=…` });
}

function readBoolean(value: string, name: string): boolean {
  if (/^(?:true|t|1|yes|y)$/iu.test(value)) return true;
  if (/^(?:false|f|0|no|n)$/iu.test(value)) return false;
  throw badFlag(name, value, 'True or False');
}

function badFlag(name: string, value: string, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `--${name} is ${JSON.stringify(value)}`,
    expected: `Expected ${expected}`,
    remedy: 'Correct the flag',
  });
}
