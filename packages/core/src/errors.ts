import { AlbertError } from '@albert-web/errors';

/** `config.json` is not an ALBERT configuration this runtime can run. */
export class ConfigError extends AlbertError {
  override readonly name = 'ConfigError';
}

/** A weight the model needs is not in the checkpoint. */
export class MissingTensorError extends AlbertError {
  override readonly name = 'MissingTensorError';
}

/** A weight is in the checkpoint, but not in the shape that the configuration requires. */
export class TensorShapeError extends AlbertError {
  override readonly name = 'TensorShapeError';
}

/** A weight holds NaN or infinity, which would silently spoil every result. */
export class NonFiniteWeightError extends AlbertError {
  override readonly name = 'NonFiniteWeightError';
}

/** Token ids, mask or other model inputs are out of range or do not fit each other. */
export class ModelInputError extends AlbertError {
  override readonly name = 'ModelInputError';
}
