/** How the worker starts where its script is a file; the published package carries it inside, and puts a module of its own here. */

/** Starts the training worker. */
export function startTrainingWorker(): Worker | Promise<Worker> {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'albert-training' });
}
