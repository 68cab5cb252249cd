import { AlbertError } from '@albert-web/errors';

/** A measurement that ended before its end. */
export class MeasurementError extends AlbertError {
  override readonly name = 'MeasurementError';
}

/** The browser keeps nothing for this page. */
export class StorageError extends AlbertError {
  override readonly name = 'StorageError';
}
