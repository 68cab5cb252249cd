import { AlbertError } from '@albert-web/errors';

/** The model's classes do not match those of the task. */
export class ClassNamesError extends AlbertError {
  override readonly name = 'ClassNamesError';
}
