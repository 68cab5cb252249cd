/** What the page and the worker say to each other, over comlink. */
import type { Albert, ModelInfo } from '@albert-web/tasks';
import type { SentLocation } from './location.ts';
import type { SentOptions } from './options.ts';

/** The methods of `Albert` that are passed on as they are, the options last. */
export type ModelMethods = Pick<
  Albert,
  | 'paraphrases'
  | 'explain'
  | 'classify'
  | 'classifyZeroShot'
  | 'tag'
  | 'embed'
  | 'embedTokens'
  | 'fillMask'
  | 'answer'
  | 'choose'
  | 'sentenceOrder'
>;

/** The methods that can be called across the boundary, by their path on `Albert`. */
export interface HostMethods extends ModelMethods {
  readonly 'tokenizer.encode': Albert['tokenizer']['encode'];
  readonly 'tokenizer.encodeBatch': Albert['tokenizer']['encodeBatch'];
  readonly 'tokenizer.decode': Albert['tokenizer']['decode'];
}

/** What the worker answers to. One host has one model. */
export interface HostInterface {
  load(location: SentLocation, options: SentOptions): Promise<void>;
  /** `args` without the options, which come last in every method. */
  call(method: keyof HostMethods, args: readonly unknown[], options: SentOptions): Promise<unknown>;
  info(): Promise<ModelInfo>;
  dispose(): Promise<void>;
}
