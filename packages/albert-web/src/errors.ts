/** All errors and warnings of loading and calling a model. Those from a worker arrive in the page as instances of these classes. */
export {
  AlbertError,
  DisposedError,
  InvalidArgumentError,
  OutOfMemoryError,
  UnknownFieldWarning,
} from '@albert-web/errors';
export {
  BackendLostError,
  BackendUnavailableError,
  BatchTooLargeError,
  DeviceLostError,
  GpuError,
  NoBackendError,
  WasmCrashError,
  WasmMemoryError,
  WasmStartError,
  WebglContextLostError,
  WebglShaderError,
  WebglUnsupportedError,
} from '@albert-web/backends';
export {
  CacheError,
  CacheWarning,
  ConvertError,
  FileTooLargeError,
  IntegrityError,
  JsonError,
  MissingFileError,
  ModelNotFoundError,
  NoModelError,
  ReadError,
  SafetensorsError,
  SentenceModuleError,
  StandInError,
  TensorFormatError,
  TfHubWarning,
  UnknownTensorError,
  UnsafePathError,
  UnsafePickleError,
} from '@albert-web/checkpoints';
export {
  ConfigError,
  MissingTensorError,
  ModelInputError,
  NonFiniteWeightError,
  TensorShapeError,
} from '@albert-web/core';
export {
  CpuFallbackWarning,
  NonFiniteOutputError,
  NoSentenceEncoderWarning,
  PrecisionWarning,
  UnnamedClassesWarning,
  UnsupportedTaskError,
} from '@albert-web/tasks';
export { TokenizerFormatError, TruncationError } from '@albert-web/tokenizer';
