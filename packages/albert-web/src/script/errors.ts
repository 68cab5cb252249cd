import { AlbertError } from '@albert-web/errors';

/** A part of the script could not be fetched. */
export class ScriptError extends AlbertError {
  override readonly name = 'ScriptError';
}
