/** The original's command lines work here: every flag exists and has the same meaning. */
import { readFixtureJson } from '@albert-web/testing';
import { Command, type Option } from 'commander';
import { describe, expect, it } from 'vitest';
import * as commands from './index.ts';

interface OriginalProgram {
  readonly command: string;
  /** Defaults by the flag's name; null if there is none. */
  readonly defaults: Readonly<Record<string, string | number | boolean | null>>;
}
const originals = await readFixtureJson<Readonly<Record<string, OriginalProgram>>>('original-flags.json');

/** Defaults that differ from the original's, with the reason. */
const differences: Readonly<Record<string, string>> = {
  // The original has no default and requires the flag.
  spm_model_file: 'from_tf_hub',
};

const program = new Command();
for (const register of Object.values(commands)) register(program);

/** Returns the reason why a flag has no effect here; undefined if it has one. */
function reasonOf({ description }: Option): string | undefined {
  return /^(?:refused|has no effect): (.+)$/u.exec(description)?.[1];
}

function defaultOf({ description }: Option): unknown {
  const [, text] = /\(default: (.+)\)$/u.exec(description) ?? [];
  return text === undefined ? null : JSON.parse(text);
}

describe.each(Object.entries(originals))('%s', (_, { command: name, defaults }) => {
  const options = program.commands.find((command) => command.name() === name)?.options ?? [];

  it.each(Object.entries(defaults))('--%s=%s', (flag, original) => {
    const option = options.find(({ long }) => long === `--${flag}`);
    if (!option) throw new Error(`${name} has no --${flag}`);
    // A command line that spells out the default is accepted.
    if (original !== null) expect(() => option.parseArg?.(String(original), undefined)).not.toThrow();
    if (reasonOf(option) === undefined) expect(defaultOf(option)).toBe(differences[flag] ?? original);
  });
});

it("covers all of the original's programs", () => {
  expect(Object.keys(originals).toSorted()).toEqual([
    'create_pretraining_data.py',
    'run_classifier.py',
    'run_pretraining.py',
    'run_race.py',
    'run_squad_v1.py',
    'run_squad_v2.py',
  ]);
});
