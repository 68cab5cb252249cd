import { AlbertError } from '@albert-web/errors';

/** The worker did not start, or died: its script was blocked, not found, or ran out of memory. */
export class WorkerError extends AlbertError {
  override readonly name = 'WorkerError';
}
