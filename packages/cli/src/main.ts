/** `albert`: all commands of the project. Exit codes: 0 for success, 1 for a failed check, 2 for a named error. */
import { AlbertError } from '@albert-web/errors';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { Command, CommanderError } from 'commander';
import * as commands from './commands/index.ts';

const program = new Command('albert')
  .description('Run, verify, evaluate, convert, train and benchmark ALBERT models.')
  .version(await readVersion())
  .exitOverride()
  .showHelpAfterError('(run albert <command> --help for its options)');

// Keeps tfjs from advertising its native package on stderr.
enableProdMode();

for (const register of Object.values(commands)) register(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has already printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof AlbertError) console.error(`${error.name}: ${error.message}`);
  else console.error(error);
  return 2;
}

async function readVersion(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
