/**
 * What users call: load an ALBERT, ask it things.
 *
 * @packageDocumentation
 */
export { load, type LoadOptions } from './load.ts';
export { openInference, type Inference, type InferenceOptions } from './engine/open.ts';
export { Albert, type ModelInfo } from './albert.ts';
export type { Answer, AnswerOptions } from './tasks/answer.ts';
export type { Choice, SentenceOrder } from './tasks/choose.ts';
export type { ClassifyOptions, LabelScore } from './tasks/classify.ts';
export type { EmbeddedToken, EmbedOptions } from './tasks/embed.ts';
export { padRows } from './engine/batches.ts';
export type { Device, Dtype, Placement } from './engine/device.ts';
export type { EarlyExit } from './engine/early-exit.ts';
export type { ExplainedWord, ExplainOptions, Explanation, WordLink } from './tasks/explain.ts';
export type { FillMaskOptions, MaskFill } from './tasks/fill-mask.ts';
export type { ModelOutputs, OutputsOptions } from './tasks/outputs.ts';
export type { ParaphraseMethod, ParaphraseOptions, ParaphraseResult, SentencePair } from './tasks/paraphrase.ts';
export type { MinedPair, MineOptions } from './search/mine-pairs.ts';
export {
  paraphraseMining,
  type MinedParaphrases,
  type MiningProgress,
  type ParaphraseMiningOptions,
  type ParaphrasePair,
} from './search/paraphrase-mining.ts';
export type { IndexOptions, SearchHit, SemanticIndex } from './search/semantic-index.ts';
export type { IndexedText, IndexPrecision, VectorHit } from './search/vector-index.ts';
export type { Priority } from './engine/queue.ts';
export type { CallOptions, ManyOptions } from './engine/session.ts';
export { requireTask } from './engine/refusals.ts';
export { groupEntities, type TaggedToken, type TagOptions } from './tasks/tag.ts';
export type { UnknownPieces } from '@albert-web/tokenizer';
export { cosine, quantizeEmbedding, toUnitLength } from './engine/vectors.ts';
export type { ZeroShotOptions } from './tasks/zero-shot.ts';
export { SentenceModuleError } from '@albert-web/checkpoints';
export {
  CpuFallbackWarning,
  NonFiniteOutputError,
  PrecisionWarning,
  UnnamedClassesWarning,
  UnsupportedTaskError,
} from './errors.ts';
