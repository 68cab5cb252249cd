/** Loads the model of a run: a checkpoint to continue training, or the best one to use. */
import type { AlbertModel, Head } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import { predictorOf, type FolderFiles, type Predictor } from '@albert-web/training';
import { loadCheckpoint, openModel, parseSafetensors } from '@albert-web/checkpoints';
import { startModel, type ModelSource } from './model.ts';
import { isFolder, type RunFolder } from './run/folder.ts';

/** The common properties of a run's models. */
export interface ModelOfRun {
  readonly source: ModelSource;
  readonly head: Head;
  readonly backend: 'wasm' | 'cpu';
  readonly seed: number;
  /** Default: one per processor, up to 4. */
  readonly threads: number | undefined;
}

/** Loads the model to train, from a checkpoint or from the initial weights. */
export function loadForTraining(run: ModelOfRun, checkpoint: FolderFiles | undefined): Promise<AlbertModel> {
  const bytes = checkpoint?.get('model.safetensors');
  return startModel(
    run.backend,
    run.source.config,
    run.head,
    bytes ? parseSafetensors(bytes) : run.source.checkpoint,
    run.seed,
  );
}

/**
 * Calls a function with `checkpoint-best`, or with the initial weights if nothing was trained.
 *
 * @throws InvalidArgumentError if there are neither
 */
export async function withBestModel<T>(
  run: ModelOfRun,
  folder: RunFolder,
  use: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  const trained = await isFolder(folder.bestPath);
  if (!trained && !run.source.checkpoint) {
    throw new InvalidArgumentError({
      problem: `${folder.path} contains no trained model, and no initial weights are given`,
      remedy: 'Train first with --do_train=True',
    });
  }
  const checkpoint = trained ? await loadCheckpoint(await openModel(folder.bestPath)) : run.source.checkpoint;
  const model = await startModel(run.backend, run.source.config, run.head, checkpoint, run.seed);
  try {
    const predictor = await predictorOf(model, run.threads);
    try {
      return await use(predictor);
    } finally {
      predictor.dispose();
    }
  } finally {
    model.dispose();
  }
}
