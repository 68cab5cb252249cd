/** The options of every command that loads a model. */
import { backendNames, backends, precisionNames, type BackendName, type Precision } from '@albert-web/core/spec';
import type { LoadOptions } from '@albert-web/tasks';
import { Option, type Command } from 'commander';
import { checkedOption, integer } from '../training/flags.ts';

/** The parsed options. */
export interface ModelOptions {
  readonly backend: BackendName;
  readonly precision?: Precision;
  readonly threads?: number;
  readonly json?: boolean;
}

/** Adds `--backend`, `--precision`, `--threads` and `--json`. */
export function addModelOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'backend to use').choices(backendNames).default('wasm'))
    .addOption(new Option('--precision <name>', 'arithmetic of the encoder').choices(precisionNames))
    .addOption(checkedOption('--threads <n>', integer('WASM threads', undefined, 1)))
    .addOption(new Option('--json', 'print one line of JSON'));
}

/** Converts them to options of `load`. */
export function loadOptions({ backend, precision, threads }: ModelOptions): LoadOptions {
  return { backend, precision: precision ?? 'auto', threads };
}

/** Whether to run in this process or in headless Chromium. */
export interface ChromiumOptions extends ModelOptions {
  readonly chromium?: boolean;
}

/** Adds `--chromium` and `--no-chromium`. */
export function addChromiumOptions(command: Command): Command {
  return command
    .option('--chromium', 'run in headless Chromium, the default for GPU backends')
    .option('--no-chromium', 'run in Node; webgpu needs the npm package webgpu');
}

/** Whether to run in Chromium: as requested, or by default if the backend needs a GPU. */
export function runsInChromium({ backend, chromium }: ChromiumOptions): boolean {
  return chromium ?? backends[backend].device === 'gpu';
}
