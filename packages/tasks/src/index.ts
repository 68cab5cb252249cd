/**
 * The API for inference: loads an ALBERT and runs its tasks.
 *
 * @packageDocumentation
 */
export { load } from './load.ts';
export type { LoadOptions } from './load-options.ts';
export { openInference, type Inference, type InferenceOptions } from './engine/open.ts';
export { Albert } from './albert.ts';
export type * from './albert.ts';
export { padRows } from './engine/batches.ts';
export type { Device, Dtype, Placement } from './engine/device.ts';
export {
  paraphraseMining,
  type MinedParaphrases,
  type MiningProgress,
  type ParaphraseMiningOptions,
  type ParaphrasePair,
} from './search/paraphrase-mining.ts';
export { otherLanguage } from './tasks/language.ts';
export { visibleText } from './tasks/visible-text.ts';
export { maxUnread, verdictOf, type Verdict } from './tasks/verdict.ts';
export { requireTask } from './engine/require-task.ts';
export { groupEntities } from './tasks/tag.ts';
export type { UnknownPieces } from '@albert-web/tokenizer';
export { cosine, quantizeEmbedding, toUnitLength } from './engine/vectors.ts';
export { SentenceModuleError } from '@albert-web/checkpoints';
export {
  CpuFallbackWarning,
  NonFiniteOutputError,
  NoSentenceEncoderWarning,
  PrecisionWarning,
  UnnamedClassesWarning,
  UnsupportedTaskError,
} from './errors.ts';
