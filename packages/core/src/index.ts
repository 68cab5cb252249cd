/**
 * ALBERT as in the paper (Lan et al. 2019, "ALBERT: A Lite BERT"), in plain TensorFlow.js ops.
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
} from './executors/encoder-executor.ts';
export { checkInputs, maskOf, pickRows, sizesOf, type RawInputs } from './inputs/inputs.ts';
export { disposeInputs, toInputs, type AlbertInputs } from './inputs/input-tensors.ts';
export { allFinite, checkFinite, checkWeights } from './weights/checks.ts';
export {
  disposeParameters,
  isTransposed,
  loadParameters,
  lookUp,
  readParameter,
  type ParameterMap,
  type Parameters,
} from './model/parameters.ts';
export { float32ToHalf, halfToFloat32 } from './weights/float16.ts';
export { attentionScoreDeviation, spreadLinear, spreadNormalized, type Spread } from './weights/spread.ts';
export { int4GroupSize, type WeightReader } from './weights/reader.ts';
export { activate, layerNorm, linear } from './model/ops.ts';
export { embed } from './model/embeddings.ts';
export { encode, type Dropout, type EncoderOptions } from './model/encoder.ts';
export { applyChain, applyHead, type HeadOutputs } from './model/heads.ts';
export { largestIndices, sigmoid, softmax } from './probabilities.ts';
export { AlbertModel, type ForwardOptions, type ForwardResult } from './model/model.ts';
export { createPlainExecutor } from './executors/plain-executor.ts';
export { createHostEmbeddings, type HostEmbeddings } from './executors/host-embeddings.ts';
export { composeExecutor, type ComposedExecutor, type ComposeOptions } from './executors/composed-executor.ts';
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
} from './executors/model-executor.ts';
export type { Note, NoteReason } from './notes.ts';
export { startTfjsWasm, tfjsWasmFiles, type TfjsWasmOptions } from './tfjs/start-wasm.ts';
export { TfjsBackend } from './tfjs/tfjs-backend.ts';
export { registerGradients } from './tfjs/gradients.ts';
