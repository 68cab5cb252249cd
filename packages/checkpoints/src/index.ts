export * from './errors.ts';
export { keepTensors, type Checkpoint, type DType, type StoredTensor } from './checkpoint.ts';
export { clearCache, isCached, openModel, type ModelLocation, type OpenOptions } from './files/open.ts';
export type { HubOptions } from './files/hub.ts';
export { checkLocation, isPath, readLocation, type HubLocation, type WrittenLocation } from './files/location.ts';
export { installedModel, noModel, registeredModel, type PackagedModel } from './files/installed.ts';
export { requestPersistence } from './files/cache.ts';
export { makeFolder } from './files/make-folder.ts';
export { undefinedIfMissing } from './files/optional.ts';
export type { FileIdentity, ModelFiles, ReadOptions } from './files/types.ts';
export { optionalFiles, type OptionalFiles } from './files/optional.ts';
export { loadCheckpoint, type LoadOptions } from './load.ts';
export { isWeightFile } from './weight-files.ts';
export type { LoadProgress } from './progress.ts';
export { ownedWeightReader, weightReader } from './reader.ts';
export { parseSafetensors } from './safetensors/parse.ts';
export { writeHuggingFace } from './safetensors/hugging-face.ts';
export { writeSafetensors } from './safetensors/write.ts';
export { writeShardedCheckpoint, type WrittenFile } from './safetensors/shards.ts';
export { quantizeCheckpoint, type QuantizationReport, type TensorError } from './quantize/quantize.ts';
export { exportOnnx, type OnnxExport } from './onnx/export.ts';
export { onnxPrecisions, type OnnxPrecision } from './onnx/weights.ts';
export type { ConvertedModel } from './converted.ts';
export { convertTensorflow } from './tensorflow/convert.ts';
export { maskedCrc32c } from './crc32.ts';
export { readPytorch } from './pytorch/read.ts';
export { openArchive } from './archive/open.ts';
export { readTfjs } from './tfjs/read.ts';
export { writeTfjs, type TfjsPrecision } from './tfjs/write.ts';
export { checkNotStandIn } from './files/stand-in.ts';
export type { SkippedTensor } from './albert-tensors.ts';
export { fitModel, headIn } from './fit.ts';
export { findEncoder, tokenTypesOf, type EncoderFiles } from './encoder-files.ts';
export type { BaseModelOptions } from './adapter/find.ts';
export { importEncoder, importModel, type ImportOptions } from './import.ts';
export { googleConfigFile, isGoogleConfig, readGoogleConfig } from './tensorflow/google-config.ts';
export {
  denseActivations,
  listSentenceModules,
  poolingModes,
  readSentenceModules,
  type SentenceOptions,
  type DenseActivation,
  type PoolingMode,
  type SentenceModule,
  type SentenceModuleEntry,
} from './sentence/modules.ts';
export {
  denseFields,
  encoderFields,
  layerNormFields,
  normalizeFields,
  poolingFields,
  transformerFields,
} from './sentence/fields.ts';
export { readSentenceSettings, type SentenceSettings } from './sentence/settings.ts';
