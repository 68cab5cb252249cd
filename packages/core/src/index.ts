/**
 * ALBERT as the paper writes it, in plain TensorFlow.js ops (Lan et al. 2019, "ALBERT: A Lite BERT").
 *
 * @packageDocumentation
 */
export * from './spec/index.ts';
export { ConfigError, MissingTensorError, ModelInputError, NonFiniteWeightError, TensorShapeError } from './errors.ts';
export {
  readEncodeOptions,
  type EncodeOptions,
  type EncoderExecutor,
  type EncoderOutput,
  type LogitsPass,
  type WeightReader,
} from './executor.ts';
export { checkInputs, maskOf, pickRows, sizesOf, type RawInputs } from './inputs.ts';
export { disposeInputs, toInputs, type AlbertInputs } from './input-tensors.ts';
export { allFinite, checkFinite, checkWeights } from './weights.ts';
export {
  disposeParameters,
  isTransposed,
  loadParameters,
  lookUp,
  readParameter,
  type ParameterMap,
  type Parameters,
} from './parameters.ts';
export { float32ToHalf, halfToFloat32 } from './float16.ts';
export { int4GroupSize } from './executor.ts';
export { activate, layerNorm, linear } from './ops.ts';
export { embed } from './embeddings.ts';
export { encode, type Dropout, type EncoderOptions } from './encoder.ts';
export { applyChain, applyHead, type HeadOutputs } from './heads.ts';
export { largestIndices, sigmoid, softmax } from './probabilities.ts';
export { AlbertModel, type ForwardOptions, type ForwardResult } from './model.ts';
export { createPlainExecutor } from './plain-executor.ts';
export { createHostEmbeddings, type HostEmbeddings } from './host-embeddings.ts';
export { composeExecutor, type ComposedExecutor, type ComposeOptions } from './composed-executor.ts';
export {
  nameOutputs,
  readRunRequest,
  type FullRunRequest,
  type HostOutputs,
  type HostTensor,
  type LayerWalk,
  type ModelExecutor,
  type RunRequest,
  type RunResult,
  type WalkRequest,
} from './model-executor.ts';
export { TfjsBackend } from './tfjs-backend.ts';
export { registerGradients } from './gradients.ts';
