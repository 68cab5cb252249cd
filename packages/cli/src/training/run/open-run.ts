/** The common start and end of the training commands: checks flags, opens folder and model, reports metrics. */
import type { AlbertConfig, Head } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import { withHead, type Metrics } from '@albert-web/training';
import type { ModelOfRun } from '../best-model.ts';
import { required, type FlagValues } from '../flags.ts';
import { checkSequenceLength, openSource, type modelFlags } from '../model.ts';
import { linesOf } from '../results.ts';
import { RunFolder } from './folder.ts';
import type { TrainingFlags } from '../training-job.ts';

/** The flags of every training command that identify the run. */
interface RunFlags extends FlagValues<typeof modelFlags>, Pick<TrainingFlags, 'backend' | 'random_seed' | 'threads'> {
  readonly output_dir: string | undefined;
  readonly max_seq_length: number;
  readonly do_lower_case?: boolean;
}

/** A run, ready to be trained or used. */
export interface OpenedRun {
  readonly folder: RunFolder;
  readonly run: ModelOfRun;
}

/**
 * Opens the output folder and the model.
 *
 * @param configure derives the task's configuration from the model's; default: sets the architecture of `head`
 * @throws InvalidArgumentError, RunFolderError, and what reading a model throws
 */
export async function openRun(
  flags: RunFlags,
  head: Head,
  configure: (config: AlbertConfig) => AlbertConfig = (config) => withHead(config, head),
): Promise<OpenedRun> {
  const folder = await RunFolder.open(required(flags.output_dir, 'output_dir'));
  const source = await openSource(flags, flags.do_lower_case);
  checkSequenceLength(source.config, flags.max_seq_length);
  const config = configure(source.config);
  const { backend, threads, random_seed: seed } = flags;
  return { folder, run: { source: { ...source, config }, head, backend, seed, threads } };
}

/** Checks that at least one of these flags is set. @throws InvalidArgumentError if none is */
export function checkSomethingToDo<Name extends string>(
  flags: Readonly<Record<NoInfer<Name>, boolean>>,
  names: readonly Name[],
): void {
  if (names.some((name) => flags[name])) return;
  throw new InvalidArgumentError({
    problem: `None of ${names.map((name) => `--${name}`).join(', ')} is set`,
    remedy: 'Set at least one of them',
  });
}

/** Renames metrics for a split: `eval_accuracy` becomes `test_accuracy`. */
export function renamed(metrics: Metrics, split: string): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name.replace('eval', split), value]));
}

/** Prints metrics, one per line, and writes them to a file of the run. */
export async function reportMetrics(folder: RunFolder, file: string, metrics: Metrics): Promise<void> {
  const text = linesOf(metrics);
  process.stdout.write(text);
  await folder.writeText(file, text);
}
