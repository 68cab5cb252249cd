/** The messages between page and worker, over comlink. */
import type { SentLocation, SentOptions } from '@albert-web/boundary';
import { tasks, type TaskName } from '@albert-web/core/spec';
import type { Albert, ModelInfo } from '@albert-web/tasks';

/** Calls of `paraphrase` are not forwarded: they are batched into calls of `paraphrases`. */
const { paraphrase: _joined, ...forwardedTasks } = tasks;

/** The forwarded methods of `Albert`, with the number of arguments before the options. */
export const modelMethods = {
  ...(Object.fromEntries(
    Object.entries(forwardedTasks).map(([task, { arguments: names }]) => [task, names.length]),
  ) as Readonly<Record<Exclude<TaskName, 'paraphrase'>, number>>),
  paraphrases: 1,
  outputs: 1,
  minePairs: 1,
};

/** The forwarded methods of the model's tokenizer, with the number of arguments before the options. */
export const tokenizerMethods = { encode: 1, encodeBatch: 1, decode: 1 } as const;

/** The forwarded methods of an index, with the number of arguments before the options. */
export const indexMethods = { add: 1, search: 2, remove: 1, size: 0, save: 0, restore: 1, dispose: 0 } as const;

/** The part of `Albert` that is forwarded. */
export type ModelMethods = Pick<Albert, keyof typeof modelMethods>;

/** The part of the model's tokenizer that is forwarded. */
export type TokenizerMethods = Pick<Albert['tokenizer'], keyof typeof tokenizerMethods>;

/** An owner and its method. */
export type MethodPath =
  | readonly [owner: 'model', method: keyof ModelMethods]
  | readonly [owner: 'tokenizer', method: keyof TokenizerMethods]
  | readonly [owner: 'index', method: keyof typeof indexMethods];

/** The interface of the worker. Each host has one model. */
export interface HostInterface {
  load(location: SentLocation, options: SentOptions): Promise<void>;
  /**
   * Calls a method. `args` does not contain the options, which are the last argument of every method. For an index, `args` begins
   * with its number, which the page chooses, and the options with which it was created.
   */
  call(path: MethodPath, args: readonly unknown[], options: SentOptions): Promise<unknown>;
  info(): Promise<ModelInfo>;
  /** Posts a ModelInfo to `port` whenever the backend has changed, before the call that noticed it resolves. */
  watch(port: MessagePort): Promise<void>;
  dispose(): Promise<void>;
}
