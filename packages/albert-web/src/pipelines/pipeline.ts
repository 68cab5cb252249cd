/** Opens a model for one task, as transformers.js's `pipeline` does. */
import type { LoadProgress, ModelLocation } from '@albert-web/checkpoints';
import { callback, checkOptions, flag, InvalidArgumentError, string, type Rules } from '@albert-web/errors';
import { requireTask, type Device, type Dtype } from '@albert-web/tasks';
import type { BrowserLoadOptions } from '../load.ts';
import type { Model } from '../model.ts';
import { callPipeline, pipelineTasks, type PipelineCalls, type PipelineTask } from './tasks.ts';

/** Progress of loading a model, in the format of transformers.js. */
export type ProgressInfo =
  | { readonly status: 'initiate' | 'done'; readonly name: string; readonly file: string }
  | {
      readonly status: 'progress';
      readonly name: string;
      readonly file: string;
      /** Percentage of the file. */
      readonly progress: number;
      /** Bytes of the file loaded so far. */
      readonly loaded: number;
      readonly total: number;
    }
  | {
      /** Progress of all files together. */
      readonly status: 'progress_total';
      readonly name: string;
      readonly progress: number;
      readonly loaded: number;
      readonly total: number;
    }
  | { readonly status: 'ready'; readonly task: PipelineTask; readonly model: string };

/** Options for opening a pipeline. */
export interface PipelineOptions {
  /** Device to run on. Default `auto`: the fastest that works. */
  readonly device?: Device | undefined;
  /** Precision of the computation. Default `auto`. */
  readonly dtype?: Dtype | undefined;
  /** Branch, tag or commit of a Hub model. Default `main`. */
  readonly revision?: string | undefined;
  /** Whether to forbid network requests. Default false. */
  readonly local_files_only?: boolean | undefined;
  /** Called with the progress of loading, as in transformers.js. */
  readonly progress_callback?: ((progress: ProgressInfo) => void) | null | undefined;
}

/** A model for one task: a function, with the underlying model as a property. */
export type Pipeline<Task extends PipelineTask> = PipelineCalls[Task] & {
  readonly task: Task;
  readonly model: Model;
  /** Frees the model. */
  dispose(): Promise<void>;
};

/** Other names of tasks. */
export interface TaskAliases {
  'sentiment-analysis': 'text-classification';
  ner: 'token-classification';
  embeddings: 'feature-extraction';
}

/** The task names that `pipeline` accepts. */
export type PipelineName = PipelineTask | keyof TaskAliases;

/** The task with a given name. */
export type TaskNamed<Name extends PipelineName> = Name extends keyof TaskAliases ? TaskAliases[Name] : Name;

/** The `load` function of a page or of Node. */
export type LoadModel = (location?: ModelLocation, options?: BrowserLoadOptions) => Promise<Model>;

const rules: Rules<Required<PipelineOptions>> = {
  // `load` checks the names.
  device: string,
  dtype: string,
  revision: string,
  local_files_only: flag,
  progress_callback: { expected: 'a function', accepts: (value) => value === null || callback.accepts(value) },
};

/**
 * Opens a model for a task.
 *
 * @throws InvalidArgumentError for an unknown task or option, UnsupportedTaskError for a model that cannot do the task, and
 * what `load` throws
 */
export async function openPipeline<Name extends PipelineName>(
  load: LoadModel,
  name: Name,
  location?: ModelLocation,
  options: PipelineOptions = {},
): Promise<Pipeline<TaskNamed<Name>>> {
  const task = taskNamed(name);
  checkOptions(options, rules);
  const { device, dtype, revision, local_files_only, progress_callback } = options;
  const label = typeof location === 'string' || location instanceof URL ? String(location) : 'files';
  const tell = progress_callback ?? undefined;
  const model = await load(location, {
    device,
    dtype,
    revision,
    localOnly: local_files_only,
    onProgress: tell && progressReporter(label, task, tell),
  });
  const row = pipelineTasks[task];
  try {
    requireTask(await model.info(), row.needs);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  const call = async (...args: readonly unknown[]): Promise<unknown> => callPipeline(row, model, args);
  // The table ensures that each call has its task's type, but the compiler cannot infer that.
  return Object.assign(call, { task, model, dispose: () => model.dispose() }) as unknown as Pipeline<TaskNamed<Name>>;
}

/** Finds a task by any of its names. @throws InvalidArgumentError */
function taskNamed(name: string): PipelineTask {
  const names = Object.keys(pipelineTasks) as PipelineTask[];
  const found = names.find((task) => task === name || pipelineTasks[task].aliases?.includes(name));
  if (found) return found;
  throw new InvalidArgumentError({
    problem: `There is no task "${name}"`,
    expected: `Expected ${names.join(', ')}`,
    remedy: 'ALBERT reads text but does not generate it. Use one of these',
  });
}

function progressReporter(
  name: string,
  task: PipelineTask,
  tell: (progress: ProgressInfo) => void,
): (progress: LoadProgress) => void {
  const initiated = new Set<string>();
  const percent = (loaded: number, total: number): number => (total === 0 ? 100 : (100 * loaded) / total);
  return ({ status, file, fileLoaded, fileTotal, loaded, total }) => {
    if (status === 'ready') {
      tell({ status, task, model: name });
      return;
    }
    if (!initiated.has(file)) tell({ status: 'initiate', name, file });
    initiated.add(file);
    if (fileTotal !== undefined) {
      const progress = percent(fileLoaded, fileTotal);
      tell({ status: 'progress', name, file, progress, loaded: fileLoaded, total: fileTotal });
    }
    tell({ status: 'progress_total', name, progress: percent(loaded, total), loaded, total });
    if (fileLoaded === fileTotal) tell({ status: 'done', name, file });
  };
}
