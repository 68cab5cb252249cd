/** Opening a model to train it. */
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
  /** As its own file has it, or as it was given. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The encoder is whole; of its head there is what the file has. */
  readonly checkpoint: Checkpoint;
  /** Where the encoder and its tokenizer lie. */
  readonly files: ModelFiles;
}

/**
 * Reads a model in any form that `load` opens. Training puts a head of its own on, so only the encoder must be whole.
 *
 * @param options `config`: the configuration, where it is not the model's own
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
