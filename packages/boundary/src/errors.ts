import { AlbertError } from '@albert-web/errors';

/** The worker failed to start or crashed: its script was blocked or not found, or it ran out of memory. */
export class WorkerError extends AlbertError {
  override readonly name = 'WorkerError';
}

/** Returns a promise that rejects when the worker fails to start or crashes. @param expected where its files should be. */
export function workerFailure(worker: Worker, expected?: string): Promise<never> {
  let started = false;
  worker.addEventListener('message', () => (started = true), { once: true });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(started ? crashed(event.message) : notStarted(event.message, expected));
    });
  });
  failed.catch(() => undefined);
  return failed;
}

function crashed(message: string | undefined): WorkerError {
  return new WorkerError({
    problem: `The worker crashed${message ? `: ${message}` : ''}`,
    remedy: 'Start again; if it crashes again, report the message',
  });
}

function notStarted(message: string | undefined, expected: string | undefined): WorkerError {
  return new WorkerError({
    problem: `The worker failed${message ? `: ${message}` : ' to start'}`,
    ...(expected !== undefined && { expected }),
    remedy:
      "Serve the whole folder; under a Content-Security-Policy allow worker-src 'self' blob: and 'wasm-unsafe-eval'; or load with worker: false",
  });
}
