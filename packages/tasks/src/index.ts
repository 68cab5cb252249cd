/**
 * What users call: load an ALBERT, ask it things.
 *
 * @packageDocumentation
 */
export { load, type LoadOptions } from './load.ts';
export { readTokenizer, readTokenizerFiles } from './read-tokenizer.ts';
export { Albert, type ModelInfo, type ModelMemory } from './albert.ts';
export type { Answer, AnswerOptions } from './answer.ts';
export type { Choice, SentenceOrder } from './choose.ts';
export type { ClassifyOptions, LabelScore } from './classify.ts';
export type { EmbeddedToken, EmbedOptions } from './embed.ts';
export type { EarlyExit } from './early-exit.ts';
export type { ExplainedWord, Explanation, WordLink } from './explain.ts';
export type { FillMaskOptions, MaskFill } from './fill-mask.ts';
export type { ParaphraseMethod, ParaphraseOptions, ParaphraseResult, SentencePair } from './paraphrase.ts';
export type { CallOptions, ManyOptions } from './session.ts';
export type { TaggedToken, TagOptions } from './tag.ts';
export { cosine, quantizeEmbedding } from './vectors.ts';
export type { ZeroShotOptions } from './zero-shot.ts';
export { SentenceModuleError, UnsupportedTaskError } from './errors.ts';
