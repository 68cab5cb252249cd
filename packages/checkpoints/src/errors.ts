/** Errors and warnings of reading and writing models. In a file of their own, so that a page gets them without the readers. */
import { AlbertError } from '@albert-web/errors';

/** `load` was given no model, and no package brings one. */
export class NoModelError extends AlbertError {
  override readonly name = 'NoModelError';
}

/** The Hub does not give out a model of this name, or cannot be reached. */
export class ModelNotFoundError extends AlbertError {
  override readonly name = 'ModelNotFoundError';
}

/** A model was asked for by its TF-Hub handle; the same weights were opened on the Hugging Face Hub. */
export class TfHubWarning extends AlbertError {
  override readonly name = 'TfHubWarning';
}

/** A file is not where the model's layout says it should be. */
export class MissingFileError extends AlbertError {
  override readonly name = 'MissingFileError';
}

/** A file exists but could not be read: the server failed, the connection broke, the disk refused. */
export class ReadError extends AlbertError {
  override readonly name = 'ReadError';
}

/** Bytes are not those the model's index promises. */
export class IntegrityError extends AlbertError {
  override readonly name = 'IntegrityError';
}

/** A file is larger than any of its kind needs to be. */
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

/** A file is not the one that its name says, but something left in its place. */
export class StandInError extends AlbertError {
  override readonly name = 'StandInError';
}

/** The cache cannot be used, or not for this file. Loading continues without it. */
export class CacheWarning extends AlbertError {
  override readonly name = 'CacheWarning';
}

/** The cache cannot be cleared: the browser or the disk refused. */
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

/** A checkpoint holds a tensor that is no part of an ALBERT. */
export class UnknownTensorError extends AlbertError {
  override readonly name = 'UnknownTensorError';
}

/** A sentence-transformers folder has a module, or a setting of one, that this runtime does not know. */
export class SentenceModuleError extends AlbertError {
  override readonly name = 'SentenceModuleError';
}

/** A checkpoint of another tool does not follow its format, or holds what cannot be converted. */
export class ConvertError extends AlbertError {
  override readonly name = 'ConvertError';
}

/** A pickle asks for something other than tensors, which would be code to run. */
export class UnsafePickleError extends AlbertError {
  override readonly name = 'UnsafePickleError';
}
