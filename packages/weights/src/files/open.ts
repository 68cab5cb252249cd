import type { ModelFiles } from './types.ts';

/** Where a model can be: a folder (Node), a base URL, a Hub id `org/name`, or files a user dropped. */
export type ModelLocation = string | URL | Iterable<File>;

/** How to reach a model's files. */
export interface OpenOptions {
  /** Root of a server with the Hugging Face Hub's URL layout. Default: `https://huggingface.co`. */
  readonly hubUrl?: string | URL;
  /** Branch, tag or commit of a Hub model. Default: `main`. */
  readonly revision?: string;
}

/** Opens a model; nothing is read yet. */
export declare function openModel(location: ModelLocation, options?: OpenOptions): Promise<ModelFiles>;
