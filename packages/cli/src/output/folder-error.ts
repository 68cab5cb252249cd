import { AlbertError } from '@albert-web/errors';

/** The output folder holds something else, or cannot be read or written. */
export class RunFolderError extends AlbertError {
  override readonly name = 'RunFolderError';
}
