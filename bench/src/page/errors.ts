import { AlbertError } from '@albert-web/errors';

/** A measurement that ended early. */
export class MeasurementError extends AlbertError {
  override readonly name = 'MeasurementError';
}

/** The browser did not save a run. */
export class StorageError extends AlbertError {
  override readonly name = 'StorageError';
}
