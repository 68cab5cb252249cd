import { Command } from 'commander';
import { vi } from 'vitest';

/** Flags of a command by name. */
export type GivenFlags = Readonly<Record<string, string | number | boolean>>;

/** Thrown by a command to simulate being killed. */
export class Killed extends Error {}

/**
 * Runs a command in this process. Returns its output, and throws what it throws.
 *
 * @param killAt the command throws `Killed` as soon as it has printed this
 */
export async function runCommand(
  register: (program: Command) => void,
  flags: GivenFlags,
  killAt?: string,
): Promise<string> {
  let printed = '';
  const print = (text: unknown): true => {
    printed += String(text);
    if (killAt !== undefined && printed.includes(killAt)) throw new Killed();
    return true;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => print(`${String(text)}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation(print),
  ];
  const program = new Command();
  register(program);
  const given = Object.entries(flags).map(([name, value]) => `--${name}=${String(value)}`);
  try {
    await program.commands[0]?.parseAsync(given, { from: 'user' });
    return printed;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
