/** The training worker for bundlers, with its modules included as text. Replaces the package's own `training-worker.ts`. */
import { modules } from 'albert-web:training-modules';
import { blobModules } from './blob-modules.ts';

const worker = blobModules(modules);

/** Starts the training worker. */
export function startTrainingWorker(): Promise<Worker> {
  return worker.startWorker('training-worker.mjs', 'albert-training');
}
