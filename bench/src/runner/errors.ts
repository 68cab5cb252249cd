import { AlbertError } from '@albert-web/errors';

/** The benchmark cannot start, or its page did not survive. */
export class BenchSetupError extends AlbertError {
  override readonly name = 'BenchSetupError';
}
