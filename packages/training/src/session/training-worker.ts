/** Starts the worker from a file. The build of the published package replaces this module with one that inlines the worker. */

/** Starts the training worker. */
export function startTrainingWorker(): Worker | Promise<Worker> {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'albert-training' });
}
