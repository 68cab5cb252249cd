import { readConfigFile, type ConvertedModel } from '../converted.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { readPytorch } from './read.ts';

/** Copies that Hugging Face saves of tensors it ties, and a buffer that is no weight. */
const redundant = /(?:^|\.)(?:predictions\.decoder\.(?:weight|bias)|embeddings\.position_ids)$/u;

/**
 * A Hugging Face folder with `pytorch_model.bin`, or with one `.pt` given by name, as a checkpoint.
 *
 * @throws UnsafePickleError, ConvertError, MissingFileError.
 */
export async function convertPytorch(
  files: ModelFiles,
  { file = 'pytorch_model.bin', signal }: Pick<ReadOptions, 'signal'> & { readonly file?: string } = {},
): Promise<ConvertedModel> {
  const { tensors, metadata } = readPytorch(await files.readBytes(file, { signal }), file);
  const config = await readConfigFile(files, { signal });
  const names = [...tensors.keys()];
  const kept = [...tensors]
    .filter(([name]) => !redundant.test(name))
    .map(([name, tensor]) => [modernName(name), tensor] as const);
  return {
    config,
    checkpoint: { tensors: new Map(kept.map(([name, tensor]) => [name, { ...tensor, name }])), metadata },
    skipped: names.filter((name) => redundant.test(name)),
  };
}

/** Early checkpoints have TensorFlow's names for LayerNorm's weights. */
const modernName = (name: string): string => name.replace(/\.gamma$/u, '.weight').replace(/\.beta$/u, '.bias');
