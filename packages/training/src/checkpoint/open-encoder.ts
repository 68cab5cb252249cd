/** Opens a model to train it. */
import {
  findEncoder,
  importEncoder,
  type Checkpoint,
  type ImportOptions,
  type ModelFiles,
} from '@albert-web/checkpoints';
import { architectureOf } from '@albert-web/core';

/** A model to start from. */
export interface TrainedEncoder {
  /** The configuration from the model's own file, or the given one. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Contains the complete encoder, and the parts of the head that the file has. */
  readonly checkpoint: Checkpoint;
  /** The files of the encoder and its tokenizer. */
  readonly files: ModelFiles;
}

/**
 * Reads a model in any form that `load` accepts. Training adds its own head, so only the encoder must be complete.
 *
 * @param options `config`: a configuration that replaces the model's own
 * @throws what `importModel` throws
 */
export async function openEncoder(
  files: ModelFiles,
  { config: given, ...options }: ImportOptions & { readonly config?: TrainedEncoder['config'] | undefined } = {},
): Promise<TrainedEncoder> {
  const encoder = await findEncoder(files, options);
  const own = given ?? encoder.config;
  const config = own && { ...own, architectures: [architectureOf('base')] };
  const model = await importEncoder({ ...encoder, config }, options);
  return { config: own ?? model.config, checkpoint: model.checkpoint, files: encoder.files };
}
