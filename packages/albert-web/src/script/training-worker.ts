/** The training worker as a bundler gets it: its modules come along as text. Stands in for the room's own `training-worker.ts`. */
import { modules } from 'albert-web:training-modules';
import { blobModules } from './blob-modules.ts';

const worker = blobModules(modules);

/** Starts the training worker. */
export function startTrainingWorker(): Promise<Worker> {
  return worker.startWorker('training-worker.mjs', 'albert-training');
}
