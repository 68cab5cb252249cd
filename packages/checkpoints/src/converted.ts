import type { Note } from '@albert-web/core';
import type { SkippedTensor } from './albert-tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { cannotConvert } from './convert-error.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';

/** A model of another tool, converted to Hugging Face's names and layout. */
export interface ConvertedModel {
  /** For `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly checkpoint: Checkpoint;
  /** Tensors of the source that are not part of the model, such as optimizer slots. */
  readonly skipped: readonly SkippedTensor[];
  /** Differences from the source. */
  readonly notes?: readonly Note[] | undefined;
}

/** Reads `config.json` and checks only that it is an object. @throws ConvertError */
export async function readConfigFile(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'>,
): Promise<Readonly<Record<string, unknown>>> {
  const json = await files.readJson('config.json', options);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw cannotConvert('config.json', 'is not an object');
}
