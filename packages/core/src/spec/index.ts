/**
 * The specification of ALBERT as tables. Nothing here computes or imports TensorFlow.js.
 *
 * @packageDocumentation
 */
export {
  activationNamed,
  activationNames,
  activations,
  applyActivation,
  applyActivationSlope,
  type Activation,
  type DifferentiableOperations,
  type ElementaryOperations,
} from './activations.ts';
export {
  backendNames,
  backends,
  precisionsOf,
  trainingBackends,
  type BackendName,
  type PrecisionOf,
  type TfjsBackendName,
  type TrainingBackend,
} from './backends.ts';
export {
  defaultConfig,
  headSize,
  numLabels,
  paperSizes,
  readConfig,
  unknownConfigFields,
  type AlbertConfig,
} from './config.ts';
export { configFields } from './config-fields.ts';
export {
  architectureOf,
  headChains,
  headNames,
  headNamed,
  headOf,
  heads,
  headSpec,
  linearChain,
  shapeOf,
  usesPooler,
  usesWordEmbeddings,
  type BatchSizes,
  type Dimension,
  type Head,
  type HeadChain,
  type HeadOutput,
  type HeadSpec,
  type HeadStep,
  type LayerNormStep,
  type LinearChain,
  type LinearStep,
  type TiedStep,
} from './heads.ts';
export {
  classOf,
  inferenceClasses,
  isUnnamed,
  isMultiLabel,
  labelNames,
  hasUnnamedClasses,
  labelRole,
  matchLabels,
  paraphraseClass,
  scoreFunction,
  type LabelRole,
  type ScoreFunction,
} from './labels.ts';
export {
  attentionParts,
  countParameters,
  embeddingWeights,
  encoderLayers,
  encoderWeights,
  feedForwardParts,
  headWeights,
  layerParts,
  modelWeights,
  type AttentionParts,
  type FeedForwardParts,
  type LayerNames,
  type LayerParts,
  type WeightSpec,
} from './layout.ts';
export { precisionNames, precisions, type Precision } from './precisions.ts';
export { crossLayerSharings, type CrossLayerSharing } from './sharing.ts';
export {
  storedFormatNames,
  storedFormats,
  writtenFormats,
  type StoredFormat,
  type WrittenFormat,
} from './stored-formats.ts';
export {
  taskNames,
  tasks,
  tasksOf,
  type ModelFacts,
  type TaskArgument,
  type TaskName,
  type TaskSpec,
} from './tasks.ts';
