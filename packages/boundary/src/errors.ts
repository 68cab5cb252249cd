import { AlbertError } from '@albert-web/errors';

/** The worker did not start, or died: its script was blocked, not found, or ran out of memory. */
export class WorkerError extends AlbertError {
  override readonly name = 'WorkerError';
}

/** Rejects when a worker does not start, or dies; never resolves. @param expected which files must be where. */
export function workerFailure(worker: Worker, expected?: string): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(
        new WorkerError({
          problem: `The worker failed${event.message ? `: ${event.message}` : ' to start'}`,
          ...(expected !== undefined && { expected }),
          remedy:
            "Serve the whole folder; under a Content-Security-Policy allow worker-src 'self' blob: and 'wasm-unsafe-eval'; or load with worker: false",
        }),
      );
    });
  });
  failed.catch(() => undefined);
  return failed;
}
