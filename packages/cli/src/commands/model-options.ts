/** The options every command has that loads a model. */
import { backendNames, backends, precisionNames, type BackendName, type Precision } from '@albert-web/core/spec';
import type { LoadOptions } from '@albert-web/tasks';
import { Option, type Command } from 'commander';
import { integer } from '../training/flags.ts';

/** What the options parse to. */
export interface ModelOptions {
  readonly backend: BackendName;
  readonly precision?: Precision;
  readonly threads?: number;
  readonly json?: boolean;
}

const threads = integer('WASM threads', 1, 1);

/** Adds `--backend`, `--precision`, `--threads` and `--json`. */
export function addModelOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices(backendNames).default('wasm'))
    .addOption(new Option('--precision <name>', 'arithmetic of the encoder').choices(precisionNames))
    .addOption(new Option('--threads <n>', threads.description).argParser((value) => threads.parse(value, 'threads')))
    .addOption(new Option('--json', 'print one line of JSON'));
}

/** The same for `load`. */
export function loadOptions({ backend, precision, threads }: ModelOptions): LoadOptions {
  return { backend, precision: precision ?? 'auto', threads };
}

/** Where a command computes: in this process, or in headless Chromium. */
export interface ChromiumOptions extends ModelOptions {
  readonly chromium?: boolean;
}

/** Adds `--chromium` and `--no-chromium`. */
export function addChromiumOptions(command: Command): Command {
  return command
    .option('--chromium', 'run in headless Chromium, as backends on a GPU do by default')
    .option('--no-chromium', 'run in Node; webgpu by the npm package webgpu');
}

/** Whether the command runs in Chromium: as asked, else where the backend needs a GPU. */
export function runsInChromium({ backend, chromium }: ChromiumOptions): boolean {
  return chromium ?? backends[backend].device === 'gpu';
}
