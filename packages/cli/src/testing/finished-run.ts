/** Compares the folder of a finished training run with that of a resumed or repeated one. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect } from 'vitest';
import { runCommand, type GivenFlags } from './run-command.ts';

/** An uninterrupted run. */
export interface FinishedRun {
  readonly folder: string;
  readonly register: (program: Command) => void;
  readonly flags: GivenFlags;
  readonly steps: number;
  readonly resultFiles: readonly string[];
}

export const textOf = (folder: string, name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** Returns the value of a line `name = value`, as in result files. */
export const valueOf = (lines: string, name: string): number =>
  Number(new RegExp(`^${name} = (.*)$`, 'mu').exec(lines)?.[1]);

/** Resumes a run that was killed after a step, and expects the same results as those of the uninterrupted one. */
export async function expectToGoOn(run: FinishedRun, killed: string, step: number): Promise<void> {
  const { folder, register, flags, steps, resultFiles } = run;
  const weights = (of: string): Promise<Buffer> => readFile(join(of, `checkpoint-${steps}`, 'model.safetensors'));
  const printed = await runCommand(register, { ...flags, output_dir: killed });
  expect(printed).toContain(`Resuming after step ${step} of ${steps}`);
  expect(Buffer.compare(await weights(killed), await weights(folder))).toBe(0);
  for (const name of resultFiles) expect(await textOf(killed, name)).toBe(await textOf(folder, name));
}

/** Deletes the result files, and expects the best checkpoint alone to reproduce them. */
export async function expectSameResultsAgain({ folder, register, flags, resultFiles }: FinishedRun): Promise<void> {
  const before = await Promise.all(resultFiles.map((name) => textOf(folder, name)));
  for (const name of resultFiles) await rm(join(folder, name));
  await runCommand(register, { ...flags, output_dir: folder, do_train: false });
  expect(await Promise.all(resultFiles.map((name) => textOf(folder, name)))).toEqual(before);
}
