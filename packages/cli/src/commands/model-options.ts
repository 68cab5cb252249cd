/** The options every command has that loads a model. */
import type { BackendName, Precision } from '@albert-web/core';
import type { LoadOptions } from '@albert-web/tasks';
import { Option, type Command } from 'commander';

export const backendNames: readonly BackendName[] = ['cpu', 'wasm', 'webgl', 'webgpu'];
export const precisionNames: readonly Precision[] = ['f32', 'f16', 'q8'];

/** What the options parse to. */
export interface ModelOptions {
  readonly backend: BackendName;
  readonly precision?: Precision;
  readonly threads?: number;
  readonly json?: boolean;
}

/** Adds `--backend`, `--precision`, `--threads` and `--json`. */
export function addModelOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices([...backendNames]).default('wasm'))
    .addOption(new Option('--precision <name>', 'arithmetic of the encoder').choices([...precisionNames]))
    .addOption(new Option('--threads <n>', 'WASM threads').argParser(Number))
    .addOption(new Option('--json', 'print one line of JSON'));
}

/** The same for `load`. */
export function loadOptions({ backend, precision, threads }: ModelOptions): LoadOptions {
  return { backend, precision: precision ?? 'auto', threads };
}
