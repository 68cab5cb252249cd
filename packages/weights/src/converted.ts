import type { Checkpoint } from './checkpoint.ts';

/** A model of another tool, in Hugging Face's names and layout. */
export interface ConvertedModel {
  /** For `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly checkpoint: Checkpoint;
  /** Names in the source that are not part of the model, such as optimiser slots. */
  readonly skipped: readonly string[];
}
