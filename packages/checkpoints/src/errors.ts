/**
 * Errors and warnings of reading and writing models, in a separate file, so that a page can import them without the
 * readers.
 */
import { AlbertError } from '@albert-web/errors';

/** `load` was called without a model, and no package provides one. */
export class NoModelError extends AlbertError {
  override readonly name = 'NoModelError';
}

/** The Hub has no public model with this name, or cannot be reached. */
export class ModelNotFoundError extends AlbertError {
  override readonly name = 'ModelNotFoundError';
}

/** A model was requested by its TF-Hub handle. The same weights were opened on the Hugging Face Hub. */
export class TfHubWarning extends AlbertError {
  override readonly name = 'TfHubWarning';
}

/** A file is not where the model's layout says it should be. */
export class MissingFileError extends AlbertError {
  override readonly name = 'MissingFileError';
}

/** A file exists but could not be read: the server failed, the connection broke, or the disk reported an error. */
export class ReadError extends AlbertError {
  override readonly name = 'ReadError';
}

/** A file's bytes do not match the model's index. */
export class IntegrityError extends AlbertError {
  override readonly name = 'IntegrityError';
}

/** A file, or the files of a checkpoint together, are larger than any of their kind need to be. */
export class FileTooLargeError extends AlbertError {
  override readonly name = 'FileTooLargeError';
}

/** A file that should hold JSON does not. */
export class JsonError extends AlbertError {
  override readonly name = 'JsonError';
}

/** A path leads, or could lead, out of the model's folder. */
export class UnsafePathError extends AlbertError {
  override readonly name = 'UnsafePathError';
}

/** A file is not what its name says, but a placeholder: a Git LFS pointer or an HTML page. */
export class StandInError extends AlbertError {
  override readonly name = 'StandInError';
}

/** The cache cannot be used, or not for this file. Loading continues without it. */
export class CacheWarning extends AlbertError {
  override readonly name = 'CacheWarning';
}

/** The cache cannot be cleared: the browser does not allow it, or the disk reported an error. */
export class CacheError extends AlbertError {
  override readonly name = 'CacheError';
}

/** A safetensors file, or the index of a sharded one, does not follow its format. */
export class SafetensorsError extends AlbertError {
  override readonly name = 'SafetensorsError';
}

/** A tensor's dtype or layout is not one this runtime can read. */
export class TensorFormatError extends AlbertError {
  override readonly name = 'TensorFormatError';
}

/** A checkpoint contains a tensor that is not part of an ALBERT. */
export class UnknownTensorError extends AlbertError {
  override readonly name = 'UnknownTensorError';
}

/** A sentence-transformers folder has a module, or a setting of one, that this runtime does not know. */
export class SentenceModuleError extends AlbertError {
  override readonly name = 'SentenceModuleError';
}

/** A checkpoint of another tool does not follow its format, or contains something that cannot be converted. */
export class ConvertError extends AlbertError {
  override readonly name = 'ConvertError';
}

/** A pickle refers to something other than tensors, which would require running code. */
export class UnsafePickleError extends AlbertError {
  override readonly name = 'UnsafePickleError';
}
